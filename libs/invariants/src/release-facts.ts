import { type Release, type ReleaseRedeemed, releaseIdFor } from '@tollgate/contracts';
import { digestOfText } from './digest.js';
import { type Finding } from './rule.js';

const wrong = (detail: string): Finding => ({ rule: 'used-once', detail });

/** What is kept of a release: what its use is compared with. */
export interface ReleaseSummary {
  /** Of the content hash. */
  readonly contentDigest: string;
  /** ms since 1970 */
  readonly expiresAt: number;
  /** ms since 1970; undefined as long as it is not used */
  readonly redeemedAt: number | undefined;
  readonly isRevoked: boolean;
}

/** Follows what becomes of a release. */
export class ReleaseFacts {
  #release: { readonly id: string; readonly expiresAt: number; readonly contentDigest: string } | undefined;
  #redeemed:
    | {
        readonly releaseId: string;
        readonly at: number;
        readonly outcome: ReleaseRedeemed['guardrail']['outcome'];
        readonly contentDigest: string;
      }
    | undefined;
  #isRevoked = false;

  constructor(private readonly requestId: string) {}

  /** The facts of a release of which a summary was kept; what was found in it is not found again. */
  static of(requestId: string, summary: ReleaseSummary): ReleaseFacts {
    const facts = new ReleaseFacts(requestId);
    const id = releaseIdFor(requestId);
    const { contentDigest, expiresAt, redeemedAt, isRevoked } = summary;
    facts.#release = { id, expiresAt, contentDigest };
    facts.#isRevoked = isRevoked;
    if (redeemedAt !== undefined)
      facts.#redeemed = { releaseId: id, at: redeemedAt, outcome: 'passed', contentDigest };
    return facts;
  }

  /** What of it is compared with what comes later; undefined where it was not released. */
  get summary(): ReleaseSummary | undefined {
    if (this.#release === undefined) return undefined;
    const { contentDigest, expiresAt } = this.#release;
    return { contentDigest, expiresAt, redeemedAt: this.#redeemed?.at, isRevoked: this.#isRevoked };
  }

  take({ id, expiresAt }: Release, contentHash: string): void {
    this.#release ??= { id, expiresAt: Date.parse(expiresAt), contentDigest: digestOfText(contentHash) };
  }

  redeem({ releaseId, redeemedAt, guardrail, contentHash }: ReleaseRedeemed): Finding[] {
    const before = this.#redeemed;
    const at = Date.parse(redeemedAt);
    this.#redeemed ??= {
      releaseId,
      at,
      outcome: guardrail.outcome,
      contentDigest: digestOfText(contentHash),
    };
    return before !== undefined && before.at !== at ? [wrong('the release was used twice')] : [];
  }

  revoke(): void {
    this.#isRevoked = true;
  }

  /** True once it was used or revoked, or has expired. */
  isOver(now: number): boolean {
    const isEnded = this.#redeemed !== undefined || this.#isRevoked;
    return isEnded || (this.#release !== undefined && now > this.#release.expiresAt);
  }

  /** @param isWhole whether the release would be known if there were one */
  judge(isWhole: boolean): Finding[] {
    const redeemed = this.#redeemed;
    if (redeemed === undefined) return [];
    const release = this.#release;
    if (release === undefined) return isWhole ? [wrong('it was used, and no release is on record')] : [];
    return [
      ...(redeemed.releaseId === release.id && release.id === releaseIdFor(this.requestId)
        ? []
        : [wrong('another release was used than the one on record')]),
      ...(redeemed.at < release.expiresAt ? [] : [wrong('the release was used after it had expired')]),
      ...(!this.#isRevoked ? [] : [wrong('the release was used, and it was revoked')]),
      ...(redeemed.outcome === 'passed'
        ? []
        : [wrong('the release was used, and a guardrail blocked it then')]),
      ...(redeemed.contentDigest === release.contentDigest
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
