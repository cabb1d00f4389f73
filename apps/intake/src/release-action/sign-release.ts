import { sign } from 'node:crypto';
import { type Decision, type Release, releaseIdFor, type Request } from '@tollgate/contracts';
import { audienceOf } from '../credentials/credential.js';
import { type ReleaseKey } from '../jwks/release-key.js';
import { approversOf } from './approvers-of.js';

/** The `typ` of a release token: an explicit type, as RFC 8725 advises. */
export const RELEASE_TOKEN_TYPE = 'tollgate-release+jwt';

/** Who signs, with what. */
export interface ReleaseSigner {
  /** `iss`. */
  readonly issuer: string;
  /** The key that signs at the moment. */
  readonly keys: { readonly signing: ReleaseKey };
}

/** What is released and until when. */
export interface Releasing {
  /** As it was submitted. */
  readonly request: Request;
  readonly decision: Decision;
  /** The producer's executor that alone may redeem, where the route names one. */
  readonly executor: string | undefined;
  /** How long it may be used from the decision on, in milliseconds. */
  readonly validityMs: number;
}

/** What a release token says (RFC 7519); times are seconds since 1970. */
export interface ReleaseClaims {
  readonly iss: string;
  /** Who may redeem it: `<producer>`, or `<producer>/<executor>`. */
  readonly aud: string;
  /** The request. */
  readonly sub: string;
  /** The release. */
  readonly jti: string;
  /** The time of the decision, however late the token is made. */
  readonly iat: number;
  readonly exp: number;
  /** SHA-256, hex, over the JCS form of action, environment, target and parameters. */
  readonly contentHash: string;
  readonly requester: string;
  /** The policy revisions that ruled at the submission and at the decision. */
  readonly policyRevisions: { readonly submission: number; readonly decision: number };
  readonly decidedBy: Decision['decidedBy'];
  /** The persons who approved, in order of their ids; none where automation or a silence decided. */
  readonly approvedBy: readonly string[];
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (ms: number): number => Math.floor(ms / 1000);

/**
 * Signs releases. With the same key the same release gives the same token: nothing in it depends on when it was signed.
 * What was stored first rules, so a repeated judgement keeps its token when another key signs by then.
 */
export function releaseSigner({ issuer, keys }: ReleaseSigner): (releasing: Releasing) => Release {
  let header = { kid: '', text: '' };
  return ({ request, decision, executor, validityMs }) => {
    const { privateKey, publicJwk } = keys.signing;
    const { kid } = publicJwk;
    if (header.kid !== kid) header = { kid, text: encoded({ alg: 'EdDSA', typ: RELEASE_TOKEN_TYPE, kid }) };
    const id = releaseIdFor(request.id);
    const decided = Date.parse(decision.decidedAt);
    const expires = decided + validityMs;
    const audience = audienceOf(request.producer, executor);
    const claims: ReleaseClaims = {
      iss: issuer,
      aud: audience,
      sub: request.id,
      jti: id,
      iat: seconds(decided),
      exp: seconds(expires),
      contentHash: request.contentHash,
      requester: request.requester,
      policyRevisions: { submission: request.policyRevision, decision: decision.policyRevision },
      decidedBy: decision.decidedBy,
      approvedBy: approversOf(decision),
    };
    const signed = `${header.text}.${encoded(claims)}`;
    const signature = sign(null, Buffer.from(signed), privateKey).toString('base64url');
    return {
      id,
      token: `${signed}.${signature}`,
      audience,
      expiresAt: new Date(expires).toISOString(),
      releasedAt: new Date(decided).toISOString(),
    };
  };
}
