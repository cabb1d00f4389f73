import { type Decision, type DelegationDeclared, type Verdict } from '@tollgate/contracts';
import { type OutgoingRecord } from '@tollgate/messaging';
import { isActive, isBreakGlassReview, whoIsExcluded } from '@tollgate/policy';
import { answeredIn } from '../approval/answered.js';
import { type Approval, type RecordedVote, stepOf } from '../approval/approval.js';
import { type ApprovalChange } from '../approval/approvals.store.js';
import { type Asked, askedOf, delegatesIn } from '../approval/asked.js';
import { decisionRecord } from '../approval/decision-record.js';
import { explainDecision } from '../approval/explain-decision.js';
import { type StepStanding } from '../approval/judge-step.js';
import { makeDecision } from '../approval/make-decision.js';
import { type RulingPolicy } from '../approval/ruling-policy.js';
import { approvalDocument } from '../approvals-api/approval-document.js';
import { type ApprovalNews } from '../approvals-api/approval-feed.js';
import { closedNews } from '../approvals-api/closed-news.js';
import { type Ballot, judgeVote, type StageBegun, type Uncounted } from './judge-vote.js';
import { standInsOf, withStandIns } from '../delegation/stand-ins.js';
import { voteRecord } from './vote-record.js';
import { type VoteOnRequest } from './votes.store.js';

/** What a voter is told. */
export type VoteOutcome =
  | { readonly kind: 'counted'; readonly status: 'pending' | 'closed'; readonly decision?: Decision }
  /** `words` where `why` does not say it all. */
  | {
      readonly kind: 'uncounted';
      readonly why: Uncounted;
      readonly words?: string;
      readonly decision?: Decision;
    }
  | { readonly kind: 'for-whom'; readonly voices: readonly string[] }
  | { readonly kind: 'reason-missing'; readonly verdict: Verdict }
  | { readonly kind: 'stranger' | 'other-content' | 'too-many' | 'not-open' | 'no-delegate' };

/** An approval as the votes of a batch leave it, one after the other. */
interface Ongoing {
  approval: Approval;
  readonly recorded: RecordedVote[];
  asked?: Asked;
  decision?: Decision;
}

const untold = ({
  why,
  words,
}: {
  readonly why: Uncounted;
  readonly words?: string;
}): { why: Uncounted; words?: string } => ({ why, ...(words === undefined ? {} : { words }) });

/** What a batch of votes comes to, one vote after the other. */
export class VoteTally {
  readonly cast: VoteOnRequest[] = [];
  readonly records: OutgoingRecord[] = [];
  readonly news: ApprovalNews[] = [];
  readonly #ongoing = new Map<string, Ongoing>();
  readonly #changed = new Set<Ongoing>();
  #begun = false;

  /**
   * @param delegations those by which the voters may stand for others, and those by which others stand for people whom
   *   a next stage asks
   */
  constructor(
    private readonly ruling: RulingPolicy,
    private readonly delegations: readonly DelegationDeclared[] = [],
    private readonly recentMs?: number,
  ) {}

  /** Whether people are asked who were not before. */
  get stageBegun(): boolean {
    return this.#begun;
  }

  begin(approval: Approval, recorded: readonly RecordedVote[]): void {
    this.#ongoing.set(approval.requestId, { approval, recorded: [...recorded] });
  }

  get changes(): ApprovalChange[] {
    return [...this.#changed].map(({ approval, recorded, asked, decision }) => ({
      approval,
      votes: recorded.length,
      ...(asked === undefined || decision !== undefined ? {} : { asked }),
      ...(decision === undefined
        ? {
            answered: answeredIn(
              approval,
              recorded.map(({ vote }) => vote),
            ),
          }
        : { decision }),
    }));
  }

  take(ballot: Ballot, now: number): VoteOutcome {
    const ongoing = this.#ongoing.get(ballot.requestId);
    if (ongoing === undefined) return { kind: 'not-open' };
    const { approval, recorded } = ongoing;
    const judgement = judgeVote(approval, recorded, ballot, {
      now,
      isActive: (person) => isActive(this.ruling.policy, person),
      excluded: () => whoIsExcluded(this.ruling.policy, approval.file),
      delegations: this.delegations.filter(({ to }) => to === ballot.person),
      recentMs: this.recentMs,
    });
    const decided = approval.decision === undefined ? {} : { decision: approval.decision };
    switch (judgement.kind) {
      case 'stranger':
      case 'other-content':
      case 'too-many':
      case 'no-delegate':
        return { kind: judgement.kind };
      case 'for-whom':
      case 'reason-missing':
        return judgement;
      case 'repeated':
        return judgement.counted
          ? { kind: 'counted', status: approval.status, ...decided }
          : { kind: 'uncounted', ...untold(judgement), ...decided };
      case 'uncounted':
        this.#record(ongoing, judgement.vote);
        return { kind: 'uncounted', ...untold(judgement), ...decided };
      case 'counted': {
        const causeId = this.#record(ongoing, judgement.vote);
        const { standing, begun } = judgement;
        // Only people close a review: it outlasts those who have left.
        const stays = standing.decidedBy === 'policy' && isBreakGlassReview(approval.file.request);
        if (standing.state !== 'open' && !stays)
          return this.#close(ongoing, standing.state, standing, now, causeId);
        this.#goOn(ongoing, standing, begun, now);
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

  #goOn(
    ongoing: Ongoing,
    { missing, mayVote }: StepStanding,
    begun: StageBegun | undefined,
    now: number,
  ): void {
    const { approval } = ongoing;
    const step = stepOf(approval.file, approval.step);
    const document = () =>
      approvalDocument(approval.file, {
        step: approval.step,
        status: 'pending',
        openedAt: approval.openedAt,
        deadline: approval.deadline ?? approval.openedAt,
        waitingFor: missing,
      });
    const newly = new Set(begun?.newly);
    const delegates = delegatesIn(approval);
    this.news.push({
      event: 'changed',
      persons: [...mayVote.filter((person) => !newly.has(person)), ...delegates],
      document,
    });
    if (begun === undefined) return;
    const standIns = standInsOf(approval.file, this.delegations, now, this.ruling.policy);
    ongoing.asked = withStandIns(askedOf(step, mayVote), step, standIns);
    const { approvers: asked, standIns: holding = [] } = ongoing.asked;
    ongoing.approval = { ...approval, asked, standIns: holding };
    this.#begun = true;
    const knew = new Set([...mayVote.filter((person) => !newly.has(person)), ...delegates]);
    const persons = ongoing.asked.approvers.filter((person) => !knew.has(person));
    this.news.push({ event: 'opened', persons, document });
  }

  #close(
    ongoing: Ongoing,
    outcome: 'approved' | 'denied',
    { reason, decidedBy }: StepStanding,
    now: number,
    causeId: string,
  ): VoteOutcome {
    const { approval } = ongoing;
    const cast = ongoing.recorded.map(({ vote }) => vote);
    const decision = makeDecision({
      ...approval,
      outcome,
      decidedBy,
      votes: cast,
      decidedAt: now,
      explanation: explainDecision(approval, reason, cast),
      policyRevision: this.ruling.revision,
    });
    this.records.push(decisionRecord(approval, decision, causeId));
    this.news.push(closedNews(approval, decision));
    ongoing.approval = { ...approval, status: 'closed', decision };
    ongoing.decision = decision;
    return { kind: 'counted', status: 'closed', decision };
  }
}
