import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { newRequestId, requestIdFor, SubmitRequest } from '@tollgate/contracts';
import { forbidden, invalid, Problem, unavailable } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { PERSON_HEADER, PersonSignIn } from '../break-glass/person-sign-in.js';
import { Credentials } from '../credentials/credentials.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { RulingPolicy } from '../publish-policy/ruling-policy.js';
import { RequestReader } from '../request-status/request-reader.js';
import { type RequestSnapshot } from '../request-status/request-snapshot.js';
import { ScanSecrets } from '../scan-secrets/scan-secrets.js';
import { secretKey, secretsDetected } from '../scan-secrets/secret-problem.js';
import { AcceptedAnswers } from './accepted-answers.js';
import { checkSubmission } from './check-submission.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { bodyBytes, unreadable } from './read-body.js';
import { readJson } from './read-json.js';
import { type Cleared, newSubmission, type Submission } from './submission.js';
import { SubmitRequests } from './submit-requests.js';
import { traceParent } from './trace-parent.js';

/** `POST /v1/requests`. */
@ApiTags('requests')
@ApiBearerAuth()
@Controller('v1/requests')
export class SubmitRequestController {
  constructor(
    private readonly credentials: Credentials,
    private readonly policy: RulingPolicy,
    private readonly requests: SubmitRequests,
    private readonly reader: RequestReader,
    private readonly accepted: AcceptedAnswers,
    private readonly scan: ScanSecrets,
    private readonly metrics: IntakeMetrics,
    private readonly persons: PersonSignIn,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Submit a request',
    description: 'Asks for an action. The answer tells where to follow it.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Your own id of the request, at most 200 characters. The same key with the same body is the same request.',
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      '`wait=N` (RFC 7240) holds the answer until the status is final, N seconds at most; N up to 60. The request is accepted and travels meanwhile, also when the connection breaks',
  })
  @ApiHeader({
    name: 'Tollgate-Person',
    required: false,
    description:
      '`Bearer <token>`: with `breakGlass` in the body, the own token of the person who breaks the glass, as for the approvers’ API',
  })
  @ApiBody({ schema: openApiSchema(SubmitRequest) })
  @ApiResponse({ status: 200, description: 'With `Prefer: wait`: the status became final, and this is it' })
  @ApiResponse({
    status: 202,
    description: 'Accepted, or accepted before: its status document',
    headers: { Location: { schema: { type: 'string' } } },
  })
  @ApiResponse({ status: 400, description: 'The body is not JSON; line and column are named' })
  @ApiResponse({
    status: 401,
    description:
      'The key is not known; or the glass is to be broken, and no valid token of a person comes with it',
  })
  @ApiResponse({
    status: 403,
    description:
      'The key submits nothing; or the person who would break the glass is no active one of the directory',
  })
  @ApiResponse({ status: 409, description: 'The Idempotency-Key was used for a request with another body' })
  @ApiResponse({ status: 413, description: 'The body is larger than 256 KiB' })
  @ApiResponse({ status: 415, description: 'The body is not application/json' })
  @ApiResponse({
    status: 422,
    description:
      'The body does not fit; errors holds a JSON pointer for each fault. `secret-detected`: there is a secret in it; errors holds rule and pointer, never the value',
  })
  @ApiResponse({ status: 503, description: 'No policy rules yet' })
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    const { producer, executor, owner } = credential;
    if (producer === undefined || executor !== undefined)
      throw forbidden('This key is no key of a producer itself, and only producers submit requests.');
    const key = idempotencyKeyOf(request.headers['idempotency-key']);
    const secretRule = key === null ? undefined : await this.scan.key(key);
    if (secretRule !== undefined) throw secretKey(secretRule);
    const id = key === null ? newRequestId() : requestIdFor(producer, key);
    const { body, cleared } = await this.#cleared(request.body, id);
    const glassBreaker =
      body.breakGlass === undefined ? undefined : await this.persons.person(request.headers[PERSON_HEADER]);
    const policyRevision = this.policy.revision;
    if (policyRevision === 0) throw unavailable('No policy rules yet, so nobody could decide; try again.', 2);
    const traceparent = traceParent(request.headers.traceparent);
    const submission = newSubmission(
      body,
      { producer, requester: producer, owner },
      {
        id,
        key,
        submittedAt: new Date().toISOString(),
        policyRevision,
        ...(traceparent === undefined ? {} : { traceparent }),
        ...(glassBreaker === undefined ? {} : { glassBreaker }),
      },
      cleared,
    );
    await this.accepted.send(request, reply, submission.request.id, () => this.#accept(submission));
  }

  /** Before anything else is said of a body, it is scanned: also a refusal must not repeat a secret. */
  async #cleared(given: unknown, id: string): Promise<{ body: SubmitRequest; cleared: Cleared }> {
    const reading = readJson(bodyBytes(given));
    if (!reading.ok) {
      const { why } = reading;
      if (why.kind === 'malformed') throw unreadable(why);
      const pointer = await this.scan.pointer(why.fault.pointer, id);
      throw unreadable({ ...why, fault: { ...why.fault, pointer } });
    }
    const scanned = await this.scan.body(reading.value, id);
    if (!scanned.ok) {
      this.metrics.secrets.inc({ door: 'http', outcome: 'refused' });
      throw secretsDetected('request', scanned.detections);
    }
    const checked = checkSubmission(scanned.body);
    if (!checked.ok) throw invalid(checked.faults);
    if (scanned.redactions.length > 0) this.metrics.secrets.inc({ door: 'http', outcome: 'redacted' });
    return { body: checked.value, cleared: scanned };
  }

  async #accept(submission: Submission): Promise<RequestSnapshot> {
    const acceptance = await this.requests.submit(submission);
    if (acceptance === 'new') return { request: submission.request, stages: {}, deadLetters: [] };
    if (acceptance === 'conflict') {
      throw new Problem(409, 'idempotency-key-reused', 'The key stands for another request', {
        detail: 'This Idempotency-Key was used before with another body. Use a new key for a new request.',
        extra: { requestId: submission.request.id },
      });
    }
    const known = await this.reader.snapshot(submission.request.id);
    if (known === undefined) throw new Error(`request ${submission.request.id} was there and is gone`);
    return known;
  }
}
