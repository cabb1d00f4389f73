import { type Release, type ReleaseRedeemed, type ReleaseRevoked } from '@tollgate/contracts';
import { type Finding } from './rule.js';

const wrong = (detail: string): Finding => ({ rule: 'used-once', detail });

/** Follows what becomes of a release. */
export class ReleaseFacts {
  #release: Pick<Release, 'id' | 'expiresAt'> | undefined;
  #contentHash: string | undefined;
  #redeemed: ReleaseRedeemed | undefined;
  #revoked: ReleaseRevoked | undefined;

  take({ id, expiresAt }: Release, contentHash: string): void {
    this.#release ??= { id, expiresAt };
    this.#contentHash ??= contentHash;
  }

  redeem(redeemed: ReleaseRedeemed): Finding[] {
    const before = this.#redeemed;
    this.#redeemed ??= redeemed;
    return before !== undefined && before.redeemedAt !== redeemed.redeemedAt
      ? [wrong('the release was used twice')]
      : [];
  }

  revoke(revoked: ReleaseRevoked): void {
    this.#revoked ??= revoked;
  }

  /** True once it was used or revoked, or has expired. */
  isOver(now: number): boolean {
    const isEnded = this.#redeemed !== undefined || this.#revoked !== undefined;
    return isEnded || (this.#release !== undefined && now > Date.parse(this.#release.expiresAt));
  }

  /** @param isWhole whether the release would be known if there were one */
  judge(isWhole: boolean): Finding[] {
    const redeemed = this.#redeemed;
    if (redeemed === undefined) return [];
    const release = this.#release;
    if (release === undefined) return isWhole ? [wrong('it was used, and no release is on record')] : [];
    return [
      ...(redeemed.releaseId === release.id
        ? []
        : [wrong('another release was used than the one on record')]),
      ...(redeemed.redeemedAt < release.expiresAt
        ? []
        : [wrong('the release was used after it had expired')]),
      ...(this.#revoked === undefined ? [] : [wrong('the release was used, and it was revoked')]),
      ...(redeemed.guardrail.outcome === 'passed'
        ? []
        : [wrong('the release was used, and a guardrail blocked it then')]),
      ...(redeemed.contentHash === this.#contentHash
        ? []
        : [
            {
              rule: 'same-content',
              detail: 'what was used has another content hash than what was released',
            } as const,
          ]),
    ];
  }
}
