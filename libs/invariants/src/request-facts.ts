import { type DecisionMade, type Guardrail, type RouteResolved } from '@tollgate/contracts';
import { POLICY_PUBLISH } from '@tollgate/policy';
import { GRACE_MS, lastDeadline } from './deadline.js';
import { judgeDecision } from './judge-decision.js';
import { judgeContent, judgeRelease } from './judge-release.js';
import { type LedgerEvent } from './ledger-event.js';
import { ReleaseFacts } from './release-facts.js';
import { type Finding, type Violation } from './rule.js';
import { type SettledRequest } from './settled-requests.js';
import { isStageEvent, type StageEvent, StageFacts } from './stage-facts.js';
import { type Delegations, VoteFacts } from './vote-facts.js';

/** How the end of a ledger is looked at. */
export interface JudgedFrom {
  /** When the ledger was looked at, ms since 1970. */
  readonly asOf: number;
  /** Whether every record from the first one on was taken. */
  readonly isWhole: boolean;
  readonly delegations: Delegations;
}

interface Effect {
  readonly seq: number;
  readonly topic: string;
  readonly causeId: string;
}

/**
 * What the ledger says of one request, event by event, in whatever order the topics came, and what of it breaks a rule. Pure:
 * the same events give the same violations.
 */
export class RequestFacts {
  readonly #stages: StageFacts;
  readonly #votes = new VoteFacts();
  readonly #release: ReleaseFacts;
  readonly #ids = new Set<string>();
  readonly #effects: Effect[] = [];
  #deadline: number | undefined;
  #end: 'withdrawn' | 'failed' | Guardrail['outcome'] | undefined;
  /** The persons whose approvals counted, once it is decided. */
  approvers: readonly string[] = [];
  /** When the last event about it came on record, ms since 1970. */
  lastArrivedAt = 0;
  /** The place of the last event about it. */
  lastSeq = 0;
  /** True for one that asks for a policy revision: its approvals are compared with what is published. */
  asksForPolicy = false;

  constructor(readonly id: string) {
    this.#stages = new StageFacts(id);
    this.#release = new ReleaseFacts(id);
  }

  /** True once its release is on record. */
  get isReleased(): boolean {
    return this.#stages.has('action.released');
  }

  /** True once nothing more will be decided about it. */
  get isFinal(): boolean {
    return this.isReleased || (this.#end !== undefined && this.#end !== 'passed');
  }

  /** Whether nothing more can be said about it that would not break a rule: it is final, and its release can be used no more. */
  isSettled(now: number): boolean {
    return this.isFinal && (!this.isReleased || this.#release.isOver(now));
  }

  /**
   * Whether its road lies behind it, whole, with every vote that counted: whatever else comes about it was there before, or
   * breaks a rule, but for the use of its release.
   */
  get isComplete(): boolean {
    const isEnded = this.#end === 'withdrawn' || this.#end === 'failed';
    return this.isFinal && !isEnded && this.#stages.isUnbroken && this.#votes.areAllCast;
  }

  /** What of it is compared with what comes later. */
  get summary(): SettledRequest {
    return { stages: this.#stages.summary, release: this.#release.summary };
  }

  /** Takes an event about the request; @returns what it shows to be wrong, alone or with those before */
  take(known: LedgerEvent): Violation[] {
    const { seq, topic, event, arrivedAt } = known;
    this.lastArrivedAt = arrivedAt;
    this.lastSeq = seq;
    this.#ids.add(event.id);
    if (event.causationid !== undefined && !this.#ids.has(event.causationid))
      this.#effects.push({ seq, topic, causeId: event.causationid });
    const findings = isStageEvent(known) ? this.#takeStage(known) : this.#takeOther(known);
    return findings.map((finding) => ({ ...finding, requestId: this.id, seq }));
  }

  /** What is wrong with all of it, seen from the end. */
  judge(from: JudgedFrom): Violation[] {
    const isKnown = from.isWhole || this.#stages.has('request.submitted');
    const found = [
      ...this.#votes.judge(from.delegations),
      ...this.#release.judge(isKnown),
      ...this.#judgeEnd(),
      ...(isKnown ? [...this.#stages.judgeRoad(), ...this.#judgeTime(from.asOf)] : []),
    ].map((finding) => ({ ...finding, requestId: this.id }));
    return isKnown ? [...found, ...this.#judgeCauses()] : found;
  }

  #takeStage(known: StageEvent): Finding[] {
    const { isFirst, findings } = this.#stages.take(known);
    return isFirst ? [...findings, ...this.#judgeStage(known)] : findings;
  }

  #judgeStage(known: StageEvent): Finding[] {
    switch (known.topic) {
      case 'request.submitted':
        this.asksForPolicy = known.event.data.request.action === POLICY_PUBLISH.action;
        return judgeContent(known.event.data);
      case 'route.resolved':
        this.#setDeadline(known.event.data);
        return [];
      case 'decision.made':
        return this.#decide(known.event.data);
      case 'guardrail.evaluated':
        this.#end ??= known.event.data.guardrail.outcome;
        return [];
      case 'action.released':
        this.#release.take(known.event.data.release, known.event.data.request.contentHash);
        return judgeRelease(known.event.data);
    }
  }

  #setDeadline({ request, route }: RouteResolved): void {
    this.#deadline = lastDeadline(route, Date.parse(request.submittedAt));
  }

  #decide(data: DecisionMade): Finding[] {
    const { votes, step } = data.decision;
    this.approvers = votes
      .filter((vote) => vote.counted && vote.step === step && vote.verdict === 'approve')
      .map(({ person }) => person);
    this.#votes.decide(data.decision);
    return judgeDecision(data);
  }

  #takeOther(known: Exclude<LedgerEvent, StageEvent>): Finding[] {
    switch (known.topic) {
      case 'vote.cast':
        this.#votes.take(known.event.data);
        return [];
      case 'release.redeemed':
        return this.#release.redeem(known.event.data);
      case 'release.revoked':
        this.#release.revoke();
        return [];
      case 'request.withdrawn':
        this.#end = 'withdrawn';
        return [];
      case 'request.failed':
        this.#end = 'failed';
        return [];
      default:
        return [];
    }
  }

  #judgeEnd(): Finding[] {
    return this.isReleased && (this.#end === 'withdrawn' || this.#end === 'failed')
      ? [{ rule: 'release-approved', detail: `it was released, and it is ${this.#end}` }]
      : [];
  }

  #judgeCauses(): Violation[] {
    return this.#effects.flatMap(({ seq, topic, causeId }): Violation[] =>
      this.#ids.has(causeId)
        ? []
        : [
            {
              rule: 'causes-exist',
              requestId: this.id,
              seq,
              detail: `what caused this event of ${topic} is not on record`,
            },
          ],
    );
  }

  #judgeTime(asOf: number): Finding[] {
    if (this.isFinal) return [];
    const late = (what: string): Finding[] => [{ rule: 'ends-in-time', detail: what }];
    const over = (from: number | undefined): boolean => from !== undefined && asOf > from + GRACE_MS;
    if (this.#stages.has('guardrail.evaluated')) {
      return over(this.#stages.writtenAt('guardrail.evaluated'))
        ? late('it passed, and was never released')
        : [];
    }
    if (this.#stages.has('decision.made')) {
      return over(this.#stages.writtenAt('decision.made'))
        ? late('it was decided, and no guardrail was evaluated')
        : [];
    }
    if (this.#deadline !== undefined) {
      return over(this.#deadline) ? late('its last deadline is over, and it was never decided') : [];
    }
    return over(this.#stages.writtenAt('request.submitted'))
      ? late('it was submitted, and never routed')
      : [];
  }
}
