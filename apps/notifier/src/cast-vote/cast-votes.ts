import { type DelegationDeclared } from '@tollgate/contracts';
import { type OutboxRelay } from '@tollgate/messaging';
import { MicroBatch } from '@tollgate/persistence';
import { type FreeTexts } from '@tollgate/secrets';
import { type Approval, stepOf } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { hasStages } from '../approval/judge-step.js';
import { type NotifierMetrics } from '../approval/notifier-metrics.js';
import { type PolicySource, rulingNow, rulingPolicy } from '../approval/ruling-policy.js';
import { type ApprovalFeed } from '../approvals-api/approval-feed.js';
import { type RunsOn } from '../database/statement.js';
import { delegations } from '../delegation/delegations.store.js';
import { type Ballot } from './judge-vote.js';
import { type VoteOutcome, VoteTally } from './vote-tally.js';
import { withoutSecrets } from './without-secrets.js';
import { votes } from './votes.store.js';

/** What voting needs. */
export interface CastVotesParts {
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  readonly metrics: NotifierMetrics;
  readonly feed: ApprovalFeed;
  /** Cuts secrets out of reasons. */
  readonly texts: Pick<FreeTexts, 'text'>;
  /** Told after the commit when stages began: their people are to be mailed. */
  readonly onStageBegun: () => void;
  /** How long ago a sign-in may be where the policy asks for one, in milliseconds; default: one hour. */
  readonly signInRecentMs?: number;
}

/** The most votes that share a transaction. */
const MAX_BATCH = 256;
/** Transactions of votes that may be under way at once: one commits while the next one works. */
const CONCURRENCY = 2;

/** Only who is not asked themselves, or says so, can stand for somebody; only stages ask people later. */
async function delegationsFor(
  tx: RunsOn,
  ballots: readonly Ballot[],
  open: ReadonlyMap<string, Approval>,
): Promise<{ readonly found: DelegationDeclared[]; readonly now: number }> {
  const byOthers = ballots.filter(({ requestId, person, onBehalfOf }) => {
    const approval = open.get(requestId);
    if (approval === undefined) return false;
    return (
      onBehalfOf !== undefined ||
      !stepOf(approval.file, approval.step).approvers.some((approver) => approver.person === person)
    );
  });
  const askedLater = [...open.values()].flatMap(({ file, step, status }) => {
    const { quorum, approvers } = stepOf(file, step);
    return status === 'pending' && hasStages(quorum) ? approvers.map(({ person }) => person) : [];
  });
  const voters =
    byOthers.length === 0
      ? { found: [], now: 0 }
      : await delegations.lockToVote(
          tx,
          [...new Set(byOthers.map(({ person }) => person))],
          [...new Set(byOthers.map(({ requestId }) => requestId))],
        );
  const known = new Set(voters.found.map(({ id }) => id));
  const others = (await delegations.inForce(tx, askedLater)).filter(({ id }) => !known.has(id));
  return { found: [...voters.found, ...others], now: voters.now };
}

/**
 * Takes votes in, from whichever path they come. Votes that arrive together share a transaction; each request's row
 * is locked first, so the database decides every race.
 */
export class CastVotes {
  readonly #batch: MicroBatch<Ballot, VoteOutcome>;

  constructor(private readonly parts: CastVotesParts) {
    this.#batch = new MicroBatch({
      maxBatch: MAX_BATCH,
      concurrency: CONCURRENCY,
      work: (ballots) => this.#cast(ballots),
    });
  }

  /**
   * @returns what to tell the voter, after the commit
   * @throws TransientError while no policy rules; the database's error when it is away
   */
  async cast(ballot: Ballot): Promise<VoteOutcome> {
    return this.#batch.run(await withoutSecrets(ballot, this.parts.texts));
  }

  async #cast(ballots: readonly Ballot[]): Promise<VoteOutcome[]> {
    const { relay, policy, metrics, feed, onStageBegun } = this.parts;
    const known = await rulingPolicy(policy, 1);
    const { outcomes, tally } = await relay.transaction(async (tx, publish) => {
      const rows = await approvals.lock(tx, [...new Set(ballots.map(({ requestId }) => requestId))]);
      const recorded = await votes.find(
        tx,
        rows.filter((row) => row.votes > 0).map((row) => row.request_id),
      );
      const open = new Map(rows.map((row) => [row.request_id, approvalOf(row)]));
      const standing = await delegationsFor(tx, ballots, open);
      // Every row is locked by now, so the last lock's clock is after whatever came before.
      const now = rows.reduce((latest, row) => Math.max(latest, row.now), standing.now);
      const tally = new VoteTally(rulingNow(policy, known), standing.found, this.parts.signInRecentMs);
      for (const [requestId, approval] of open) tally.begin(approval, recorded.get(requestId) ?? []);
      const outcomes = ballots.map((ballot) => tally.take(ballot, now));
      // In one round trip: both rest on the locked rows alone.
      await Promise.all([votes.insert(tx, tally.cast), approvals.change(tx, tally.changes)]);
      publish(tally.records);
      return { outcomes, tally };
    });
    for (const { vote } of tally.cast) metrics.votes.inc({ counted: String(vote.counted) });
    for (const { decision } of tally.changes) {
      if (decision !== undefined)
        metrics.decisions.inc({ outcome: decision.outcome, by: decision.decidedBy });
    }
    feed.publish(tally.news);
    if (tally.stageBegun) onStageBegun();
    return outcomes;
  }
}
