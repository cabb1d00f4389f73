import {
  type Decision,
  type JsonValue,
  type Request,
  type RiskLevel,
  type Selector,
} from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { type Condition, type ConditionResult } from '../conditions/condition.js';
import { type Facts, factsOf } from '../conditions/facts.js';
import { fieldValues } from './field-path.js';
import { heardOf, voiceOf } from '../quorum/cast-ballot.js';

/** What is known at and after the decision. */
export interface Moment {
  readonly decision: Decision;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The rounds that all conditions of the guardrails may make together for one request, at most. */
const ROUNDS_OF_ALL = 500_000;
/** The rounds that one may make, however many there are. */
const FEWEST_ROUNDS = 2_000;

/** What conditions and paths came to for one request at one risk by one revision. */
interface Found {
  readonly answers: Map<Condition, ConditionResult>;
  readonly values: Map<string, readonly JsonValue[]>;
}

/**
 * What was found is kept as long as the request itself: the gate recomputes the route, with its preflight, and then judges
 * by the very same conditions. Nothing of it depends on when it is asked, or on what was decided.
 */
const foundBy = new WeakMap<CompiledPolicy, WeakMap<Request, Map<RiskLevel, Found>>>();

function foundOf(compiled: CompiledPolicy, request: Request, risk: RiskLevel): Found {
  let ofRequests = foundBy.get(compiled);
  if (ofRequests === undefined) foundBy.set(compiled, (ofRequests = new WeakMap()));
  let atRisks = ofRequests.get(request);
  if (atRisks === undefined) ofRequests.set(request, (atRisks = new Map()));
  let found = atRisks.get(risk);
  if (found === undefined) atRisks.set(risk, (found = { answers: new Map(), values: new Map() }));
  return found;
}

/**
 * What guardrails are judged by. What one of them costs or answers makes no difference to another, so their order makes none.
 */
export class RuleFacts {
  readonly #facts: Facts;
  readonly #compiled: CompiledPolicy;
  readonly #answers: Found['answers'];
  readonly #values: Found['values'];
  #voices: ReadonlySet<string> | undefined;
  #decidedAt: number | undefined;

  /**
   * @param request never changed afterwards: what conditions say of it is kept
   * @param risk the effective one
   * @param moment absent before the decision
   */
  constructor(
    compiled: CompiledPolicy,
    readonly request: Request,
    risk: RiskLevel,
    readonly moment?: Moment,
  ) {
    this.#compiled = compiled;
    this.#facts = factsOf(request).atRisk(risk);
    const { answers, values } = foundOf(compiled, request, risk);
    this.#answers = answers;
    this.#values = values;
  }

  /** What a condition comes to; each is evaluated once. */
  evaluate(condition: Condition): ConditionResult {
    const known = this.#answers.get(condition);
    if (known !== undefined) return known;
    const facts = condition.costly ? this.#facts.withRounds(this.#rounds) : this.#facts;
    const answer = condition.evaluate(facts);
    this.#answers.set(condition, answer);
    return answer;
  }

  /** The values that the request carries at a path. */
  valuesAt(path: string): readonly JsonValue[] {
    const known = this.#values.get(path);
    if (known !== undefined) return known;
    const values = fieldValues(this.request, path);
    this.#values.set(path, values);
    return values;
  }

  /** How long ago it was decided, in milliseconds. */
  ageAt({ decision, now }: Moment): number {
    return now - (this.#decidedAt ??= Date.parse(decision.decidedAt));
  }

  /** Whether one of these people is among those whose approval counted in the deciding step. */
  isSignedOff({ decision }: Moment, selectors: readonly Selector[]): boolean {
    const voices = (this.#voices ??= new Set(
      heardOf(decision.votes.filter(({ counted, step }) => counted && step === decision.step))
        .filter(({ verdict }) => verdict === 'approve')
        .map(voiceOf),
    ));
    return selectors.some((selector) =>
      this.#compiled.people.get(selector)?.some((person) => voices.has(person)),
    );
  }

  get #rounds(): number {
    return Math.max(FEWEST_ROUNDS, Math.floor(ROUNDS_OF_ALL / Math.max(this.#compiled.costlyConditions, 1)));
  }
}
