import { type Guardrail, newEvent, eventIdFor, type ReleaseRedeemed } from '@tollgate/contracts';
import { type OutboxRelay, type OutgoingRecord } from '@tollgate/messaging';
import { type DataSource } from 'typeorm';
import { eventRecord } from '../events/event-record.js';
import { holdPolicy } from '../publish-policy/policy-revision.js';
import { type JudgeNow } from './judge-now.js';
import { type Redemption, redemptionVerdict, type RedemptionVerdict } from './redemption-verdict.js';
import { type ReleaseEnd, type ReleaseStanding } from './release-standing.js';
import { markRedeemed, releaseStanding } from './release-store.js';
import { type ReleaseTokens } from './release-tokens.js';

/** What came of a redemption. */
export type Redeemed =
  | {
      readonly kind: 'redeemed' | 'repeated';
      readonly standing: ReleaseStanding;
      readonly end: ReleaseEnd & { state: 'redeemed' };
    }
  | { readonly kind: 'blocked'; readonly guardrail: Guardrail }
  | { readonly kind: Exclude<RedemptionVerdict['kind'], 'redeemable' | 'repeated'> };

/** What it works with. */
export interface RedemptionParts {
  readonly dataSource: DataSource;
  readonly relay: OutboxRelay;
  readonly tokens: ReleaseTokens;
  readonly judge: JudgeNow;
}

const redeemedRecord = (data: ReleaseRedeemed, traceparent: string | undefined): OutgoingRecord => {
  const { requestId, releaseId } = data;
  const event = newEvent({
    topic: 'release.redeemed',
    service: 'intake',
    key: releaseId,
    requestId,
    time: data.redeemedAt,
    cause: {
      id: eventIdFor(requestId, 'action.released'),
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    data,
  });
  return { ...eventRecord('release.redeemed', event), key: releaseId, partitionKey: requestId };
};

/** Redeems releases: each once, whoever competes for it. */
export class RedeemReleases {
  constructor(private readonly parts: RedemptionParts) {}

  /**
   * Redeems a release, if it stands and no guardrail of the ruling revision forbids it at this moment.
   * @throws Problem 503 where the ruling revision is not known here in time
   */
  async redeem(redemption: Redemption, traceparent?: string): Promise<Redeemed> {
    const { dataSource, tokens, judge } = this.parts;
    const subject = await tokens.read(redemption.token);
    if (subject === undefined) return { kind: 'not-ours' };
    // Each turn after the first finds something else than the one before: an end, the expiry, another revision.
    for (;;) {
      const standing = await releaseStanding(dataSource, subject.requestId);
      if (standing === undefined) return { kind: 'not-ours' };
      const verdict = redemptionVerdict(standing, redemption);
      if (verdict.kind === 'repeated') return { ...verdict, standing };
      if (verdict.kind !== 'redeemable') return { kind: verdict.kind };
      const guardrail = await judge.judge(standing.ruling, standing.facts, standing.now);
      if (guardrail === undefined) continue;
      // `skipped` would mean that there is no approval, which a release cannot be without.
      if (guardrail.outcome !== 'passed') return { kind: 'blocked', guardrail };
      const end = await this.#mark(standing, redemption, guardrail, traceparent);
      if (end !== undefined) return { kind: 'redeemed', standing, end };
    }
  }

  /** @returns undefined where somebody was faster, or the revision it was judged by rules no more */
  #mark(
    { request, release }: ReleaseStanding,
    { audience, idempotencyKey }: Redemption,
    guardrail: Guardrail,
    traceparent: string | undefined,
  ): Promise<(ReleaseEnd & { state: 'redeemed' }) | undefined> {
    const requestId = request.id;
    return this.parts.relay.transaction(async (tx, publish) => {
      if ((await holdPolicy(tx)) !== guardrail.policyRevision) return undefined;
      const ending = { release, requestId, by: audience };
      const at = await markRedeemed(tx, ending, idempotencyKey, guardrail);
      if (at === undefined) return undefined;
      const redeemed: ReleaseRedeemed = {
        requestId,
        releaseId: release.id,
        audience: release.audience,
        redeemedBy: audience,
        redeemedAt: at,
        contentHash: request.contentHash,
        guardrail,
      };
      publish([redeemedRecord(redeemed, traceparent)]);
      return { state: 'redeemed', by: audience, at, idempotencyKey, guardrail };
    });
  }
}
