import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { OutboxRelay } from '@tollgate/messaging';
import { type Logger } from '@tollgate/runtime';
import { FreeTexts } from '@tollgate/secrets';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { demand, nameOf } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { CheckPolicy, noDifference } from '../policy-check/check-policy.js';
import { RecoverPolicy } from '../policy-check/policy-bodies.js';
import { lockPolicy, type PolicyRevision, publishRevision } from '../publish-policy/policy-revision.js';
import { LONGEST_REASON } from '../scan-secrets/scan-secrets.js';

/** Provides intake's log. */
export const LOGGER = Symbol('logger');

/** `POST /v1/policy/recover`, for operators: the way out when nobody can approve a change of policy any more. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('v1/policy/recover')
export class RecoverPolicyController {
  constructor(
    private readonly credentials: Credentials,
    private readonly relay: OutboxRelay,
    private readonly checkPolicy: CheckPolicy,
    private readonly metrics: IntakeMetrics,
    private readonly texts: FreeTexts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Publish a policy without approval',
    description:
      'Needs the scope operate. It rules at once. Raises an alarm, and is on record with the justification and the name of the credential.',
  })
  @ApiBody({ schema: openApiSchema(RecoverPolicy) })
  @ApiResponse({ status: 200, description: 'Published: revision, documentHash, origin, publishedAt' })
  @ApiResponse({ status: 403, description: 'The credential lacks the scope' })
  @ApiResponse({ status: 409, description: 'It says what the ruling revision says' })
  @ApiResponse({ status: 413, description: 'The documents are larger than 8 MiB together, as JSON' })
  @ApiResponse({
    status: 422,
    description:
      'Faults of the documents, with JSON pointers; or no line for policy.publish that holds with any one person missing',
  })
  async recover(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    demand(credential, 'operate');
    const { ruling, change } = await this.checkPolicy.ofBody('recovery', request.body);
    if (change.same) throw noDifference(ruling);
    const operator = nameOf(credential);
    const place = { field: 'policy', scope: 'recovery', longest: LONGEST_REASON } as const;
    const justification = await this.texts.text(change.reason, place);
    const { revision, documentHash, origin, publishedAt } = await this.relay.transaction(
      async (tx, publish) => {
        const published: PolicyRevision = {
          revision: (await lockPolicy(tx)) + 1,
          ...change.texts,
          origin: 'recovery',
          publishedAt: new Date().toISOString(),
          operator,
          justification,
        };
        await publishRevision(tx, publish, published);
        return published;
      },
    );
    this.metrics.published.inc({ origin });
    this.logger.error(
      { revision, documentHash, operator, justification, alarm: 'policy-recovery' },
      'policy recovery: an operator published a policy without approval',
    );
    void reply.send({ revision, documentHash, origin, publishedAt });
  }
}
