import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck } from '@tollgate/contracts';
import { OutboxRelay } from '@tollgate/messaging';
import { notFound } from '@tollgate/runtime';
import { FreeTexts } from '@tollgate/secrets';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { demand, nameOf } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { CheckPolicy } from '../policy-check/check-policy.js';
import { PolicyJobs } from '../policy-check/policy-jobs.js';
import { checkedBody } from '../submit-request/read-body.js';
import { deactivatePerson } from './deactivate-person.js';
import { DeactivatePerson } from './deactivate-person-body.js';
import { LONGEST_REASON } from '../scan-secrets/scan-secrets.js';

const check = doorCheck(DeactivatePerson);

/** `POST /v1/policy/deactivate`, for operators: it only takes a right away, so nobody is asked. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('v1/policy/deactivate')
export class DeactivatePersonController {
  constructor(
    private readonly credentials: Credentials,
    private readonly relay: OutboxRelay,
    private readonly checkPolicy: CheckPolicy,
    private readonly jobs: PolicyJobs,
    private readonly metrics: IntakeMetrics,
    private readonly texts: FreeTexts,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Deactivate a person at once',
    description:
      'Needs the scope operate. Publishes the ruling revision with that person inactive: from then on nobody asks them, and no vote of theirs is taken. To activate somebody again, propose a policy.',
  })
  @ApiBody({ schema: openApiSchema(DeactivatePerson) })
  @ApiResponse({
    status: 200,
    description: 'person, active (false), revision; changed is false where they were inactive already',
  })
  @ApiResponse({ status: 403, description: 'The credential lacks the scope' })
  @ApiResponse({ status: 404, description: 'The directory has no such person' })
  @ApiResponse({ status: 422, description: 'The body does not fit' })
  async deactivate(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    demand(credential, 'operate');
    const { person, reason } = checkedBody(request.body, check);
    const { relay, checkPolicy, jobs } = this;
    const done = await deactivatePerson(
      { relay, checkPolicy, jobs },
      {
        person,
        reason: await this.texts.text(reason, { field: 'policy', scope: person, longest: LONGEST_REASON }),
        operator: nameOf(credential),
      },
    );
    if (done.kind === 'unknown-person') throw notFound('The directory has no such person.');
    const changed = done.kind === 'deactivated';
    if (changed) this.metrics.published.inc({ origin: 'deactivation' });
    void reply.send({ person, active: false, revision: done.revision, changed });
  }
}
