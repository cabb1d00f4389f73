import { type Guardrail, type GuardrailEvaluated, type RouteResolved } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { judgeAtGate } from '../guardrail/judge-at-gate.js';
import { resolveRoute } from '../route/resolve-route.js';
import { routeAspects } from './route-aspects.js';

/** What of a request a draft would change. */
export const BACKTEST_ASPECTS = [
  'decider',
  'risk',
  'asked',
  'clock',
  'sign-in',
  'preflight',
  'release',
  'gate',
] as const;
export type BacktestAspect = (typeof BACKTEST_ASPECTS)[number];

/** One thing about a request that would have been otherwise. */
export interface BacktestChange {
  readonly aspect: BacktestAspect;
  /** In a few words, for people. */
  readonly was: string;
  readonly would: string;
}

/** Requests that a draft would change in the same way. */
export interface BacktestGroup extends BacktestChange {
  readonly requests: number;
  /** The ids of the first of them. */
  readonly examples: readonly string[];
}

/** What a draft would have made of history. */
export interface BacktestSummary {
  /** Requests that were routed. */
  readonly requests: number;
  /** Decisions that the guardrail judged. */
  readonly judged: number;
  /** Requests that would have gone another way in any respect. */
  readonly changed: number;
  /** Those with most requests first. */
  readonly groups: readonly BacktestGroup[];
  /** Requests with changes of kinds that came up too late to be told apart: there were too many kinds. */
  readonly ungrouped: number;
}

const EXAMPLES = 3;
/** A draft that changes everything in ways that all differ is no longer looked at way by way. */
const MOST_GROUPS = 10_000;

interface Tally extends BacktestChange {
  requests: number;
  readonly examples: string[];
}

/** The gate's answer in words: the outcome, and the rules that did not simply pass. */
function gateWords({ outcome, results }: Guardrail): string {
  const spoke = results
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ rule, verdict }) => `${rule}: ${verdict}`)
    .sort();
  return spoke.length === 0 ? outcome : `${outcome} (${spoke.join(', ')})`;
}

/**
 * Runs a draft over history: what was routed and judged, by the code that routes and judges. Pure but for what it counts;
 * whatever comes twice counts once.
 */
export class Backtest {
  readonly #compiled: CompiledPolicy;
  readonly #routed = new Set<string>();
  readonly #judged = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #groups = new Map<string, Tally>();
  #ungrouped = 0;

  /** @param compiled the draft */
  constructor(compiled: CompiledPolicy) {
    this.#compiled = compiled;
  }

  /** Takes a request with the route that it was given; @returns what the draft would change */
  takeRoute({ request, route }: RouteResolved): BacktestChange[] {
    if (this.#routed.has(request.id)) return [];
    this.#routed.add(request.id);
    const was = routeAspects(route);
    const drafted = resolveRoute(this.#compiled, request);
    const would = routeAspects(drafted);
    const by = (words: string, rule: string) => `${words} by ${rule}`;
    const changes: BacktestChange[] =
      was.decider === would.decider
        ? [
            { aspect: 'asked', was: was.asked, would: would.asked },
            { aspect: 'clock', was: was.clock, would: would.clock },
            { aspect: 'sign-in', was: was.signIn, would: would.signIn },
            { aspect: 'release', was: was.release, would: would.release },
          ]
        : // Whatever else differs follows from that.
          [{ aspect: 'decider', was: by(was.decider, route.rule), would: by(would.decider, drafted.rule) }];
    changes.push(
      { aspect: 'risk', was: was.risk, would: would.risk },
      { aspect: 'preflight', was: was.preflight, would: would.preflight },
    );
    return this.#count(request.id, changes);
  }

  /**
   * Takes a decision that the gate has judged; @returns what the draft's guardrails would say of the same decision. A sign-off
   * that only the draft asks for blocks: nobody was asked for it then.
   */
  takeJudgement(evaluated: GuardrailEvaluated): BacktestChange[] {
    const { request, guardrail } = evaluated;
    if (this.#judged.has(request.id)) return [];
    this.#judged.add(request.id);
    const would = gateWords(judgeAtGate(this.#compiled, evaluated));
    return this.#count(request.id, [{ aspect: 'gate', was: gateWords(guardrail), would }]);
  }

  summary(): BacktestSummary {
    return {
      requests: this.#routed.size,
      judged: this.#judged.size,
      changed: this.#changed.size,
      groups: [...this.#groups.values()].sort((a, b) => b.requests - a.requests),
      ungrouped: this.#ungrouped,
    };
  }

  #count(id: string, all: readonly BacktestChange[]): BacktestChange[] {
    const changes = all.filter(({ was, would }) => was !== would);
    if (changes.length > 0) this.#changed.add(id);
    for (const change of changes) {
      const key = `${change.aspect}\n${change.was}\n${change.would}`;
      const known = this.#groups.get(key);
      if (known !== undefined) {
        known.requests += 1;
        if (known.examples.length < EXAMPLES) known.examples.push(id);
      } else if (this.#groups.size < MOST_GROUPS)
        this.#groups.set(key, { ...change, requests: 1, examples: [id] });
      else this.#ungrouped += 1;
    }
    return changes;
  }
}
