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
  readonly compiled: CompiledPolicy;
  readonly risk: RiskLevel;
  readonly answers: Map<Condition, ConditionResult>;
  readonly values: Map<string, readonly JsonValue[]>;
}

/** More than there are lanes: so many requests may be between their route and their judgement at once. */
const KEPT = 64;

/**
 * The requests that were asked about last. The gate recomputes the route, with its preflight, and then judges by the very
 * same conditions: nothing of their answers depends on when they are asked, or on what was decided. Few, and not by weak
 * references, which cost the garbage collection more than they save.
 */
const lately = new Map<Request, Found>();

function foundOf(compiled: CompiledPolicy, request: Request, risk: RiskLevel): Found {
  const known = lately.get(request);
  if (known !== undefined && known.compiled === compiled && known.risk === risk) return known;
  const found: Found = { compiled, risk, answers: new Map(), values: new Map() };
  lately.set(request, found);
  if (lately.size > KEPT) for (const oldest of lately.keys()) if (lately.delete(oldest)) break;
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
