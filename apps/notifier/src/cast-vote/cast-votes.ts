import { type Decision } from '@tollgate/contracts';
import { type OutboxRelay, type OutgoingRecord } from '@tollgate/messaging';
import { MicroBatch } from '@tollgate/persistence';
import { isActive } from '@tollgate/policy';
import { type Approval, type RecordedVote, stepOf } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { decisionRecord } from '../approval/decision-record.js';
import { makeDecision } from '../approval/make-decision.js';
import { type NotifierMetrics } from '../approval/notifier-metrics.js';
import { type PolicySource, type RulingPolicy, rulingPolicy } from '../approval/ruling-policy.js';
import { approvalDocument } from '../approvals-api/approval-document.js';
import { type ApprovalFeed, type ApprovalNews } from '../approvals-api/approval-feed.js';
import { closedNews } from '../approvals-api/closed-news.js';
import { type Ballot, judgeVote, type Uncounted } from './judge-vote.js';
import { voteRecord } from './vote-record.js';
import { type VoteOnRequest, votes } from './votes.store.js';

/** What a voter is told. */
export type VoteOutcome =
  | { readonly kind: 'counted'; readonly status: 'pending' | 'closed'; readonly decision?: Decision }
  | { readonly kind: 'uncounted'; readonly why: Uncounted; readonly decision?: Decision }
  | { readonly kind: 'stranger' | 'other-content' | 'too-many' | 'not-open' };

/** What voting needs. */
export interface CastVotesParts {
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  readonly metrics: NotifierMetrics;
  readonly feed: ApprovalFeed;
}

/** The most votes that share a transaction. */
const MAX_BATCH = 256;
/** Transactions of votes that may be under way at once: one commits while the next one works. */
const CONCURRENCY = 2;

/** An approval as the votes of a batch leave it, one after the other. */
interface Ongoing {
  approval: Approval;
  readonly recorded: RecordedVote[];
  decision?: Decision;
}

/** What a batch of votes comes to. */
class Tally {
  readonly cast: VoteOnRequest[] = [];
  readonly records: OutgoingRecord[] = [];
  readonly news: ApprovalNews[] = [];
  readonly #ongoing = new Map<string, Ongoing>();
  readonly #changed = new Set<Ongoing>();

  constructor(private readonly ruling: RulingPolicy) {}

  begin(approval: Approval, recorded: readonly RecordedVote[]): void {
    this.#ongoing.set(approval.requestId, { approval, recorded: [...recorded] });
  }

  get changes() {
    return [...this.#changed].map(({ approval, recorded, decision }) => ({
      approval,
      votes: recorded.length,
      decision,
    }));
  }

  take(ballot: Ballot, now: number): VoteOutcome {
    const ongoing = this.#ongoing.get(ballot.requestId);
    if (ongoing === undefined) return { kind: 'not-open' };
    const { approval, recorded } = ongoing;
    const judgement = judgeVote(approval, recorded, ballot, {
      now,
      active: isActive(this.ruling.policy, ballot.person),
    });
    const decided = approval.decision === undefined ? {} : { decision: approval.decision };
    switch (judgement.kind) {
      case 'stranger':
      case 'other-content':
      case 'too-many':
        return { kind: judgement.kind };
      case 'repeated':
        return judgement.counted
          ? { kind: 'counted', status: approval.status, ...decided }
          : { kind: 'uncounted', why: judgement.why, ...decided };
      case 'uncounted':
        this.#record(ongoing, judgement.vote);
        return { kind: 'uncounted', why: judgement.why, ...decided };
      case 'counted': {
        const causeId = this.#record(ongoing, judgement.vote);
        const { state, reason } = judgement.quorum;
        if (state !== 'open') return this.#close(ongoing, state, reason, now, causeId);
        this.news.push(changedNews(approval));
        return { kind: 'counted', status: 'pending' };
      }
    }
  }

  /** Answers the id of the vote's event. */
  #record(ongoing: Ongoing, vote: RecordedVote): string {
    const { id, record } = voteRecord(ongoing.approval, vote);
    ongoing.recorded.push(vote);
    this.#changed.add(ongoing);
    this.cast.push({ requestId: ongoing.approval.requestId, ...vote });
    this.records.push(record);
    return id;
  }

  #close(
    ongoing: Ongoing,
    outcome: 'approved' | 'denied',
    explanation: string,
    now: number,
    causeId: string,
  ): VoteOutcome {
    const { approval, recorded } = ongoing;
    const decision = makeDecision({
      ...approval,
      outcome,
      decidedBy: 'people',
      votes: recorded.map(({ vote }) => vote),
      decidedAt: now,
      explanation,
      policyRevision: this.ruling.revision,
    });
    this.records.push(decisionRecord(approval, decision, causeId));
    this.news.push(closedNews(approval, decision));
    ongoing.approval = { ...approval, status: 'closed', decision };
    ongoing.decision = decision;
    return { kind: 'counted', status: 'closed', decision };
  }
}

const changedNews = (approval: Approval): ApprovalNews => ({
  event: 'changed',
  persons: stepOf(approval.file, approval.step).approvers.map(({ person }) => person),
  document: () =>
    approvalDocument(approval.file, {
      step: approval.step,
      status: 'pending',
      openedAt: approval.openedAt,
      deadline: approval.deadline ?? approval.openedAt,
    }),
});

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
  cast(ballot: Ballot): Promise<VoteOutcome> {
    return this.#batch.run(ballot);
  }

  async #cast(ballots: readonly Ballot[]): Promise<VoteOutcome[]> {
    const { relay, policy, metrics, feed } = this.parts;
    const tally = new Tally(await rulingPolicy(policy, 1));
    const outcomes = await relay.transaction(async (tx, publish) => {
      const rows = await approvals.lock(tx, [...new Set(ballots.map(({ requestId }) => requestId))]);
      const recorded = await votes.find(
        tx,
        rows.filter((row) => row.votes > 0).map((row) => row.request_id),
      );
      // Every row is locked by now, so the last lock's clock is after whatever came before.
      const now = rows.reduce((latest, row) => Math.max(latest, row.now), 0);
      for (const row of rows) tally.begin(approvalOf(row), recorded.get(row.request_id) ?? []);
      const told = ballots.map((ballot) => tally.take(ballot, now));
      await votes.insert(tx, tally.cast);
      await approvals.change(tx, tally.changes);
      publish(tally.records);
      return told;
    });
    for (const { vote } of tally.cast) metrics.votes.inc({ counted: String(vote.counted) });
    for (const { decision } of tally.changes) {
      if (decision !== undefined)
        metrics.decisions.inc({ outcome: decision.outcome, by: decision.decidedBy });
    }
    feed.publish(tally.news);
    return outcomes;
  }
}
