import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck, newRequestId, type Request } from '@tollgate/contracts';
import { type DecisionExplanation, explainDecision } from '@tollgate/policy';
import { unavailable } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { nameOf } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { textsOf } from '../policy-check/check-policy.js';
import { PolicyJobs } from '../policy-check/policy-jobs.js';
import { revisionByNumber } from '../publish-policy/policy-revision.js';
import { RulingPolicy } from '../publish-policy/ruling-policy.js';
import { checkedBody } from '../submit-request/read-body.js';
import { type Cleared, newSubmission } from '../submit-request/submission.js';
import { ExplainDecision } from './explain-decision-body.js';

const check = doorCheck(ExplainDecision);

/** It is asked about and kept nowhere. */
const NOT_KEPT: Cleared = { reason: '', redactions: [], seal: () => '' };

/** `POST /v1/policy/explain`. */
@ApiTags('policy')
@ApiBearerAuth()
@Controller('v1/policy/explain')
export class ExplainDecisionController {
  constructor(
    private readonly credentials: Credentials,
    private readonly policy: RulingPolicy,
    private readonly dataSource: DataSource,
    private readonly jobs: PolicyJobs,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'What the ruling policy would make of a request',
    description: 'Asks nobody and keeps nothing.',
  })
  @ApiBody({ schema: openApiSchema(ExplainDecision) })
  @ApiResponse({
    status: 200,
    description:
      'revision; line: the one that decides; earlier: why those before did not match; risk: claimed and effective; route: who would be asked, who is excluded, for how long; guardrails: what each would say after an approval; breakGlass: who could go ahead without waiting for people',
  })
  @ApiResponse({ status: 422, description: 'The body does not fit' })
  @ApiResponse({ status: 503, description: 'No policy rules yet' })
  async explain(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    const { requester = nameOf(credential), ...wish } = checkedBody(request.body, check);
    const { known } = this.policy;
    if (known === undefined) throw unavailable('No policy rules yet; try again.', 2);
    const { revision } = known.published;
    const { producer = requester, owner } = credential;
    const { request: asked } = newSubmission(
      { ...wish, reason: '' },
      { producer, requester, owner },
      {
        id: newRequestId(),
        key: null,
        submittedAt: new Date().toISOString(),
        policyRevision: revision,
      },
      NOT_KEPT,
    );
    const explanation =
      known.compiled === undefined
        ? await this.#explainLarge(revision, asked)
        : explainDecision(known.compiled, asked);
    void reply.send({ revision, ...explanation });
  }

  async #explainLarge(revision: number, request: Request): Promise<DecisionExplanation> {
    const published = await revisionByNumber(this.dataSource, revision);
    if (published === undefined) throw unavailable('The ruling revision is not known here yet; try again.');
    const answer = await this.jobs.run({ kind: 'explanation', request, ruling: textsOf(published) });
    if (answer.kind !== 'explained') throw new Error(`an explanation was answered with ${answer.kind}`);
    return answer.explanation;
  }
}
