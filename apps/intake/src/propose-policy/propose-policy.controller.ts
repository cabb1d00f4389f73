import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { OutboxRelay } from '@tollgate/messaging';
import { forbidden, Problem, unavailable } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { demand } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { CheckPolicy, noDifference } from '../policy-check/check-policy.js';
import { ProposePolicy } from '../policy-check/policy-bodies.js';
import { type CheckedChange } from '../policy-check/policy-job.js';
import { RulingPolicy } from '../publish-policy/ruling-policy.js';
import { RequestReader } from '../request-status/request-reader.js';
import { type RequestSnapshot } from '../request-status/request-snapshot.js';
import { AcceptedAnswers } from '../submit-request/accepted-answers.js';
import { type Submission } from '../submit-request/submission.js';
import { traceParent } from '../submit-request/trace-parent.js';
import { type PolicyDraft, proposalRequest } from './policy-proposal.js';
import { proposalSubmission, proposePolicy } from './propose-policy.js';
import { ScanSecrets } from '../scan-secrets/scan-secrets.js';

const stale = (basedOn: number, ruling: number): Problem =>
  new Problem(409, 'stale', 'Another revision rules', {
    detail: `The proposal is based on revision ${basedOn}, and revision ${ruling} rules: look at the difference from that one and propose again.`,
    extra: { basedOn, ruling },
  });

/** `POST /v1/policy`. */
@ApiTags('policy')
@ApiBearerAuth()
@Controller('v1/policy')
export class ProposePolicyController {
  constructor(
    private readonly credentials: Credentials,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly policy: RulingPolicy,
    private readonly checkPolicy: CheckPolicy,
    private readonly reader: RequestReader,
    private readonly accepted: AcceptedAnswers,
    private readonly metrics: IntakeMetrics,
    private readonly scan: ScanSecrets,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Propose a revision of the policy',
    description:
      'Needs the scope policy:propose. Asks for the action `policy.publish` by an ordinary request, whose parameters name the difference from the ruling revision; once that is released, the proposed revision rules. The same documents on the same revision are the same request, until it ends without a release.',
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: '`wait=N` (RFC 7240), as for `POST /v1/requests`',
  })
  @ApiBody({ schema: openApiSchema(ProposePolicy) })
  @ApiResponse({ status: 200, description: 'With `Prefer: wait`: the status became final, and this is it' })
  @ApiResponse({
    status: 202,
    description: 'Proposed, or proposed before: the status document of its request',
    headers: { Location: { schema: { type: 'string' } } },
  })
  @ApiResponse({ status: 400, description: 'The body is not JSON; line and column are named' })
  @ApiResponse({ status: 403, description: 'The credential lacks the scope, or belongs to no producer' })
  @ApiResponse({
    status: 409,
    description:
      '`stale`: another revision rules than the proposal is based on (`ruling` names it). `no-difference`: it says what the ruling revision says',
  })
  @ApiResponse({ status: 413, description: 'The documents are larger than 8 MiB together, as JSON' })
  @ApiResponse({
    status: 422,
    description:
      'Faults of the documents, with JSON pointers; no line for policy.publish that holds with any one person missing; or documents that take more than 30 seconds to check',
  })
  @ApiResponse({ status: 503, description: 'No policy rules yet, or other proposals are being checked' })
  async propose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    demand(credential, 'policy:propose');
    const { producer, owner } = credential;
    if (producer === undefined)
      throw forbidden('This key belongs to no producer, and only producers propose policies.');
    const policyRevision = this.policy.revision;
    if (policyRevision === 0) throw unavailable('No policy rules yet, so nobody could decide; try again.', 2);

    const { ruling, change } = await this.checkPolicy.ofBody('proposal', request.body);
    const { texts, basedOn, words, reason } = change;
    const key = { producer, documentHash: texts.documentHash, basedOn };
    const { id, isKnown } = await proposalRequest(this.dataSource, key);
    if (!isKnown) this.#demandNews(change, ruling);
    const traceparent = traceParent(request.headers.traceparent);
    const draft = { texts, basedOn };
    const cleared = await this.scan.reason(reason, id);
    const submission = proposalSubmission(
      { draft, words, reason: cleared },
      { producer, requester: producer, owner },
      {
        id,
        key: null,
        submittedAt: new Date().toISOString(),
        policyRevision,
        ...(traceparent === undefined ? {} : { traceparent }),
      },
    );
    await this.accepted.send(request, reply, id, () =>
      isKnown ? this.#known(id) : this.#accept(draft, submission),
    );
  }

  #demandNews({ basedOn, same }: CheckedChange, ruling: number): void {
    if (basedOn !== ruling) throw stale(basedOn, ruling);
    if (same) throw noDifference(ruling);
  }

  async #accept(draft: PolicyDraft, submission: Submission): Promise<RequestSnapshot> {
    const acceptance = await proposePolicy(this.relay, this.metrics.accepted, draft, submission);
    if (typeof acceptance === 'object') throw stale(draft.basedOn, acceptance.ruling);
    return acceptance === 'new'
      ? { request: submission.request, stages: {}, deadLetters: [] }
      : this.#known(submission.request.id);
  }

  async #known(id: string): Promise<RequestSnapshot> {
    const known = await this.reader.snapshot(id);
    if (known === undefined) throw new Error(`request ${id} was there and is gone`);
    return known;
  }
}
