import { type DelegationDeclared } from '@tollgate/contracts';
import { isExplained } from './gap-rule.js';
import { type LedgerEvent, ledgerEvent, mayBeWithheld, type RuledRecord } from './ledger-event.js';
import { PolicyFacts } from './policy-facts.js';
import { RequestFacts } from './request-facts.js';
import { type Finding, type RuleName, type Violation } from './rule.js';
import { isStageEvent, StageFacts } from './stage-facts.js';

/** A record with its place. */
export interface PlacedRecord extends RuledRecord {
  readonly partition: number;
  readonly offset: bigint;
}

/** What the rules found. */
export interface RulesVerdict {
  /** In the order in which they were found; the first ones where there are many. */
  readonly violations: readonly Violation[];
  /** How many there are by rule, all of them. */
  readonly counts: Readonly<Partial<Record<RuleName, number>>>;
  readonly requests: number;
}

/** Whether records may be missing: `whole` holds all from the first one on, `range` all of a range, `filtered` some. */
export type Population = 'whole' | 'range' | 'filtered';

const MOST_VIOLATIONS = 1000;
/**
 * A final request about which nothing came for so long is judged, and forgotten but for its end. Long enough for topics that
 * were read one after the other when the ledger caught up.
 */
const SETTLED_AFTER_MS = 60 * 60 * 1000;
/** After how many records it is looked which requests are settled. */
const LOOK_EVERY = 50_000;

/**
 * Judges a ledger by all rules, record by record, in one pass. It keeps what is needed of each request until it is settled, and
 * then its id alone.
 */
export class LedgerRules {
  readonly #requests = new Map<string, RequestFacts>();
  /** The digests of what settled requests came to. */
  readonly #settled = new Map<string, string>();
  readonly #policies = new PolicyFacts();
  readonly #asking = new Map<
    string,
    { readonly isReleased: boolean; readonly approvers: readonly string[] }
  >();
  readonly #proposing = new Set<string>();
  readonly #delegations = new Map<string, Pick<DelegationDeclared, 'from' | 'to'>>();
  readonly #lanes = new Map<string, { readonly next: bigint; readonly time: number }>();
  readonly #violations: Violation[] = [];
  readonly #counts: Partial<Record<RuleName, number>> = {};
  #records = 0;
  #arrivedAt = 0;

  /** @param lookEvery after how many records it is looked which requests are settled */
  constructor(
    private readonly population: Population,
    private readonly lookEvery = LOOK_EVERY,
  ) {}

  /** Takes the next record of the ledger. */
  take(record: PlacedRecord): void {
    const { seq, topic, form } = record;
    this.#records += 1;
    this.#arrivedAt = record.arrivedAt;
    this.#followLane(record);
    if (form === 'withheld' && !mayBeWithheld(topic)) {
      this.#found([{ rule: 'withheld-from-outside', seq, detail: `a record of ${topic} is withheld` }]);
    }
    const known = ledgerEvent(record);
    if (typeof known === 'string') this.#found([{ rule: 'readable', seq, detail: known }]);
    else if (known !== undefined) this.#takeEvent(known);
    if (this.#records % this.lookEvery === 0) this.#settle();
  }

  /** @param asOf when the ledger was looked at: the time of its checkpoint, ms since 1970 */
  finish(asOf: number): RulesVerdict {
    const requests = this.#requests.size + this.#settled.size;
    if (this.population !== 'filtered') for (const facts of this.#requests.values()) this.#judge(facts, asOf);
    this.#found(
      this.#policies.judge(
        this.population === 'whole',
        (id) => this.#requests.get(id) ?? this.#asking.get(id),
      ),
    );
    return { violations: this.#violations, counts: this.#counts, requests };
  }

  #followLane({ topic, partition, offset, seq, arrivedAt, brokerTime }: PlacedRecord): void {
    const name = `${topic}/${partition}`;
    const before = this.#lanes.get(name);
    const next = before?.next ?? (this.population === 'whole' ? 0n : offset);
    if (offset !== next && this.population !== 'filtered' && !isExplained(topic, before?.time, arrivedAt)) {
      this.#found([
        { rule: 'no-gap', seq, detail: `${name}: offsets ${next} to ${offset - 1n} are missing` },
      ]);
    }
    this.#lanes.set(name, { next: offset + 1n, time: brokerTime ?? arrivedAt });
  }

  #takeEvent(known: LedgerEvent): void {
    const { topic, event, seq } = known;
    this.#nameRevisions(known);
    if (topic === 'policy.published') this.#found(this.#policies.publish(event.data, seq));
    if (topic === 'policy.proposed') this.#proposing.add(event.data.requestId);
    if (topic === 'delegation.declared')
      this.#delegations.set(event.data.id, { from: event.data.from, to: event.data.to });
    const id = requestOf(known);
    if (id === undefined) return;
    const settled = this.#settled.get(id);
    if (settled !== undefined) return this.#found(takeLate(known, id, settled));
    let facts = this.#requests.get(id);
    if (facts === undefined) this.#requests.set(id, (facts = new RequestFacts(id)));
    this.#found(facts.take(known));
  }

  #nameRevisions({ topic, event, seq }: LedgerEvent): void {
    if (topic === 'request.submitted')
      this.#policies.name(event.data.request.policyRevision, seq, event.data.request.id);
    if (topic === 'decision.made')
      this.#policies.name(event.data.decision.policyRevision, seq, event.data.request.id);
    if (topic === 'guardrail.evaluated')
      this.#policies.name(event.data.guardrail.policyRevision, seq, event.data.request.id);
  }

  #judge(facts: RequestFacts, asOf: number): void {
    this.#found(facts.judge({ asOf, isWhole: this.population === 'whole', delegations: this.#delegations }));
  }

  #settle(): void {
    if (this.population === 'filtered') return;
    for (const [id, facts] of this.#requests) {
      if (!facts.isSettled(this.#arrivedAt) || this.#arrivedAt - facts.lastArrivedAt < SETTLED_AFTER_MS)
        continue;
      this.#judge(facts, this.#arrivedAt);
      if (this.#proposing.has(id))
        this.#asking.set(id, { isReleased: facts.isReleased, approvers: facts.approvers });
      this.#requests.delete(id);
      this.#settled.set(id, facts.summary);
    }
  }

  #found(violations: readonly Violation[]): void {
    for (const violation of violations) {
      this.#counts[violation.rule] = (this.#counts[violation.rule] ?? 0) + 1;
      if (this.#violations.length < MOST_VIOLATIONS) this.#violations.push(violation);
    }
  }
}

/** What comes about a request that is settled. Mails and answers may; a stage may come again, but not be another. */
function takeLate(known: LedgerEvent, requestId: string, summary: string): Violation[] {
  const { seq, topic } = known;
  if (topic === 'release.redeemed') {
    return [{ rule: 'used-once', requestId, seq, detail: 'a release was used that was over' }];
  }
  if (topic === 'vote.cast' && known.event.data.vote.counted) {
    return [
      {
        rule: 'votes-in-time',
        requestId,
        seq,
        detail: 'a vote that counts came after the request had ended',
      },
    ];
  }
  if (!isStageEvent(known)) return [];
  const { isFirst, findings } = StageFacts.of(requestId, summary).take(known);
  const late: Finding[] = isFirst
    ? [{ rule: 'one-event', detail: `${topic} came after the request had ended` }]
    : [];
  return [...findings, ...late].map((finding) => ({ ...finding, requestId, seq }));
}

/** The request that an event is about. */
function requestOf({ event: { data } }: LedgerEvent): string | undefined {
  if ('request' in data) return data.request.id;
  if (
    'requestId' in data &&
    !('documentHash' in data) &&
    !('declaredAs' in data) &&
    !('rejectedAt' in data)
  ) {
    return data.requestId;
  }
  return undefined;
}
