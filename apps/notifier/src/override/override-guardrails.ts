import { type Override } from '@tollgate/contracts';
import { type OutboxRelay } from '@tollgate/messaging';
import { type FreeTexts } from '@tollgate/secrets';
import { type Approval } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { type PolicySource, rulingNow, rulingPolicy } from '../approval/ruling-policy.js';
import { waitingFor } from '../approval/waiting-for.js';
import { approvalDocument } from '../approvals-api/approval-document.js';
import { type ApprovalFeed, type ApprovalNews } from '../approvals-api/approval-feed.js';
import { MAX_REASON } from '../cast-vote/reason.js';
import { votes } from '../cast-vote/votes.store.js';
import { judgeOverride, type NewOverride, type OverrideRefusal } from './judge-override.js';
import { overrides } from './overrides.store.js';

/** What overriding needs. */
export interface OverrideGuardrailsParts {
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  readonly feed: ApprovalFeed;
  /** Cuts secrets out of justifications. */
  readonly texts: Pick<FreeTexts, 'text'>;
  /** How long ago a sign-in may be where the policy asks for one, in milliseconds. */
  readonly recentMs: number;
}

/** What the one who overrides is told. */
export type OverrideOutcome =
  /** `isNew` is false where it was overridden before. */
  | { readonly kind: 'overridden'; readonly isNew: boolean; readonly override: Override }
  | { readonly kind: 'refused'; readonly why: OverrideRefusal }
  | { readonly kind: 'not-open' };

/** Takes overrides of guardrails in, from whichever path they come. */
export class OverrideGuardrails {
  constructor(private readonly parts: OverrideGuardrailsParts) {}

  /**
   * Puts an override on record. The row of its approval is locked, as for votes: it comes before the decision, or not at all.
   * @throws TransientError while no policy rules; the database's error when it is away
   */
  async override(written: NewOverride): Promise<OverrideOutcome> {
    const { relay, policy, feed, texts, recentMs } = this.parts;
    const { requestId, view } = written;
    const place = { field: 'override', scope: requestId, longest: MAX_REASON } as const;
    const given = { ...written, justification: await texts.text(written.justification, place) };
    const known = await rulingPolicy(policy, 1);
    const { outcome, news } = await relay.transaction(async (tx) => {
      const [row] = await approvals.lock(tx, [requestId]);
      if (row === undefined) return { outcome: { kind: 'not-open' as const } };
      const approval = approvalOf(row);
      const judged = judgeOverride(approval, given, {
        now: row.now,
        policy: rulingNow(policy, known).policy,
        viewIsUsed: view !== undefined && (await overrides.isUsed(tx, view)),
        recentMs,
      });
      if (judged.kind === 'refused') return { outcome: judged };
      const { override } = judged;
      if (judged.kind === 'repeated')
        return { outcome: { kind: 'overridden' as const, isNew: false, override } };
      const all = [...(approval.overrides ?? []), override];
      await overrides.add(tx, requestId, all, view);
      const cast = await votes.find(tx, row.votes > 0 ? [requestId] : []);
      const said = (cast.get(requestId) ?? []).map(({ vote }) => vote);
      return {
        outcome: { kind: 'overridden' as const, isNew: true, override },
        news: overrideNews({ ...approval, overrides: all }, waitingFor(approval.file, approval.step, said)),
      };
    });
    if (news !== undefined) feed.publish([news]);
    return outcome;
  }
}

/** What those who are asked hear of it. */
const overrideNews = (approval: Approval, missing: string): ApprovalNews => ({
  event: 'changed',
  persons: approval.asked ?? [],
  document: () => {
    const { file, step, openedAt, deadline = openedAt, overrides: all = [] } = approval;
    return approvalDocument(file, {
      step,
      status: 'pending',
      openedAt,
      deadline,
      waitingFor: missing,
      overrides: all,
    });
  },
});
