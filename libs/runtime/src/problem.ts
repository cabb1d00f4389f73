import { type Fault } from '@tollgate/contracts';

/** The content type of a problem document (RFC 9457). */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** What a problem says besides its kind. */
export interface ProblemDetails {
  /** For the person who reads it: what is wrong here and what to do. Never a secret, never the offending value. */
  readonly detail?: string;
  /** What is wrong where, by JSON pointer; `errors` in the document. */
  readonly faults?: readonly Fault[];
  /** Further members of the document. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Headers of the answer, e.g. `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal that its caller must understand: one slug per cause (RFC 9457 `type`). */
export class Problem extends Error {
  override readonly name = 'Problem';

  /**
   * @param status HTTP status, 400 to 599
   * @param slug the cause, the tail of the problem's `type` URI
   * @param title the same for every problem of the cause
   */
  constructor(
    readonly status: number,
    readonly slug: string,
    readonly title: string,
    readonly details: ProblemDetails = {},
  ) {
    super(details.detail ?? title);
  }

  /** The problem document (RFC 9457). */
  toDocument(): Record<string, unknown> {
    const { detail, faults, extra } = this.details;
    return {
      type: `https://tollgate.dev/problems/${this.slug}`,
      title: this.title,
      status: this.status,
      ...(detail === undefined ? {} : { detail }),
      ...(faults === undefined ? {} : { errors: faults }),
      ...extra,
    };
  }
}

/** 401: no credential, or one that is not known. */
export const unauthenticated = (detail: string): Problem =>
  new Problem(401, 'unauthenticated', 'A credential is needed', {
    detail,
    headers: { 'www-authenticate': 'Bearer' },
  });
/** 403: a credential that does not open this. */
export const forbidden = (detail: string): Problem =>
  new Problem(403, 'forbidden', 'Not allowed', { detail });
/** 404: there is no such thing, or it is not for the caller to see. */
export const notFound = (detail: string): Problem => new Problem(404, 'not-found', 'Not found', { detail });
/** 422: the input was understood and does not fit; `faults` say where. */
export const invalid = (faults: readonly Fault[], detail = 'The input does not fit; see errors.'): Problem =>
  new Problem(422, 'invalid', 'The input does not fit', { detail, faults });
/** 503: not now; try again. */
export const unavailable = (detail: string, retryAfterSeconds = 1): Problem =>
  new Problem(503, 'unavailable', 'Not available now', {
    detail,
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
