import { timingSafeEqual } from 'node:crypto';
import { bearerToken, forbidden, sha256Hex } from '@tollgate/runtime';

/** Who an operator is, on record. */
const OPERATOR = 'operator';

/** Knows the operators by the key that an installation begins with; its SHA-256 is all that is kept of it. */
export class OperatorSignIn {
  readonly #hash: Buffer;

  /** @param keySha256 hex */
  constructor(keySha256: string) {
    this.#hash = Buffer.from(keySha256, 'hex');
  }

  /**
   * @param authorization the header of that name
   * @returns the name of the operator's credential; undefined for any other credential
   * @throws Problem 401 without a credential
   */
  find(authorization: string | undefined): string | undefined {
    const hash = Buffer.from(sha256Hex(bearerToken(authorization)), 'hex');
    return timingSafeEqual(hash, this.#hash) ? OPERATOR : undefined;
  }

  /** @throws Problem 401 without a credential, 403 for any other */
  operator(authorization: string | undefined): string {
    const found = this.find(authorization);
    if (found === undefined) throw forbidden("This needs the operators' key.");
    return found;
  }
}
