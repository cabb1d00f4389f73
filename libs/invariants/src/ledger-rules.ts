import { type DelegationDeclared } from '@tollgate/contracts';
import { isExplained } from './gap-rule.js';
import { type LedgerEvent, ledgerEvent, mayBeWithheld, type RuledRecord } from './ledger-event.js';
import { PolicyFacts } from './policy-facts.js';
import { RequestFacts } from './request-facts.js';
import { type RuleName, type Violation } from './rule.js';
import { SecretSearch } from './secret-search.js';
import { SettledRequests } from './settled-requests.js';
import { takeLate } from './take-late.js';

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
const LOOK_EVERY = 10_000;

/**
 * Judges a ledger by all rules, record by record, in one pass. It keeps what is needed of each request until it is settled, and
 * then its id alone.
 */
export class LedgerRules {
  readonly #requests = new Map<string, RequestFacts>();
  readonly #settled = new SettledRequests();
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
  /** The place of the last record when it was looked which requests are settled. */
  #lookedAt = 0;

  readonly #secrets = new SecretSearch();

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
    if (this.#records % this.lookEvery === 0) this.#settle(seq);
  }

  /** Looks for secrets in what was taken since the last time. To be called now and then, as it is kept until then, and at the end. */
  async searchSecrets(): Promise<void> {
    this.#found(await this.#secrets.search());
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
    this.#secrets.note(known);
    this.#nameRevisions(known);
    if (topic === 'policy.published') this.#found(this.#policies.publish(event.data, seq));
    if (topic === 'policy.proposed') this.#proposing.add(event.data.requestId);
    if (topic === 'delegation.declared')
      this.#delegations.set(event.data.id, { from: event.data.from, to: event.data.to });
    const id = requestOf(known);
    if (id === undefined) return;
    const settled = this.#settled.get(id);
    if (settled !== undefined) {
      const { summary, findings } = takeLate(known, id, settled);
      if (summary !== settled) this.#settled.set(id, summary);
      return this.#found(findings.map((finding) => ({ ...finding, requestId: id, seq })));
    }
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
    this.#found(this.#findings(facts, asOf));
  }

  #findings(facts: RequestFacts, asOf = this.#arrivedAt): Violation[] {
    return facts.judge({ asOf, isWhole: this.population === 'whole', delegations: this.#delegations });
  }

  #settle(seq: number): void {
    if (this.population === 'filtered') return;
    for (const [id, facts] of this.#requests) {
      if (!this.#isSettled(facts)) continue;
      this.#judge(facts, this.#arrivedAt);
      if (facts.asksForPolicy || this.#proposing.has(id))
        this.#asking.set(id, { isReleased: facts.isReleased, approvers: facts.approvers });
      this.#requests.delete(id);
      this.#settled.set(id, facts.summary);
    }
    this.#lookedAt = seq;
  }

  /** Whole and without fault, and quiet since the last look; or whatever it is, quiet for long. */
  #isSettled(facts: RequestFacts): boolean {
    if (this.#arrivedAt - facts.lastArrivedAt >= SETTLED_AFTER_MS) return facts.isSettled(this.#arrivedAt);
    return facts.lastSeq <= this.#lookedAt && facts.isComplete && this.#findings(facts).length === 0;
  }

  #found(violations: readonly Violation[]): void {
    for (const violation of violations) {
      this.#counts[violation.rule] = (this.#counts[violation.rule] ?? 0) + 1;
      if (this.#violations.length < MOST_VIOLATIONS) this.#violations.push(violation);
    }
  }
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
