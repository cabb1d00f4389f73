import { hash } from 'node:crypto';
import { type BreakGlass, contentHash, type Request, type SubmitRequest } from '@tollgate/contracts';
import { type Scanned } from '../scan-secrets/scan-secrets.js';
import { plainHashOf } from './plain-hash.js';

/** On whose behalf a request comes in, as its credential or its topic says. */
export interface Submitter {
  readonly producer: string;
  readonly requester: string;
  /** A person. */
  readonly owner: string;
}

/** What a door decides once, when a request comes in. */
export interface AtTheDoor {
  readonly id: string;
  /** The producer's own id of the request; null where it gave none. */
  readonly key: string | null;
  /** ISO 8601, UTC. */
  readonly submittedAt: string;
  readonly policyRevision: number;
  /** W3C Trace Context. */
  readonly traceparent?: string;
  /** Who breaks the glass, by their own token; what they say of it is in the body. */
  readonly glassBreaker?: Omit<BreakGlass, 'justification'>;
}

/** A request on its way in: checked, but not yet known to be new. */
export interface Submission {
  readonly request: Request;
  /** The request as JSON, serialised once: what the table holds and every event carries. */
  readonly text: string;
  /** SHA-256, hex, of `text`. */
  readonly textHash: string;
  /**
   * Keyed digest, hex, of what the producer said: equal for equal bodies, whatever the order of their members, and whatever
   * was cut out of them. A plain hash would let everybody test guesses of what was.
   */
  readonly bodyHash: string;
  /** The same as a plain SHA-256: what tables from before hold. It goes nowhere. */
  readonly plainHash: string;
  readonly key: string | null;
  readonly traceparent?: string;
}

/** What a scan said of a body. */
export type Cleared = Pick<Scanned, 'redactions' | 'reason' | 'seal'> &
  Partial<Pick<Scanned, 'justification'>>;

const sha256 = (text: string): string => hash('sha256', text);

/**
 * The request that a checked body is, from whom it came and what the door decided.
 * @param body without secrets
 */
export function newSubmission(
  body: SubmitRequest,
  submitter: Submitter,
  door: AtTheDoor,
  cleared: Cleared,
): Submission {
  const {
    action,
    environment,
    riskLevel,
    target = {},
    parameters = {},
    reason,
    onBehalfOf = [],
    expiresAt,
    breakGlass,
  } = body;
  const glass =
    breakGlass === undefined || door.glassBreaker === undefined
      ? undefined
      : { justification: breakGlass.justification, ...door.glassBreaker };
  const content = contentHash({ action, environment, target, parameters });
  const request: Request = {
    id: door.id,
    producer: submitter.producer,
    requester: submitter.requester,
    owner: submitter.owner,
    onBehalfOf,
    action,
    environment,
    riskLevel,
    target,
    parameters,
    reason,
    submittedAt: door.submittedAt,
    contentHash: content,
    policyRevision: door.policyRevision,
    redactions: [...cleared.redactions],
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(glass === undefined ? {} : { breakGlass: glass }),
  };
  const text = JSON.stringify(request);
  // Of what was said, secrets included.
  const plainHash = plainHashOf({
    ...request,
    reason: cleared.reason,
    ...(glass === undefined ? {} : { breakGlass: { ...glass, justification: cleared.justification ?? '' } }),
  });
  return {
    request,
    text,
    textHash: sha256(text),
    bodyHash: cleared.seal(plainHash),
    plainHash,
    key: door.key,
    ...(door.traceparent === undefined ? {} : { traceparent: door.traceparent }),
  };
}
