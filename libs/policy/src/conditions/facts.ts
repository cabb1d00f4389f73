import { type JsonObject, type JsonValue, type Request, type RiskLevel } from '@tollgate/contracts';

/** What a condition may speak of. What is left out is not known: a condition that needs it cannot be evaluated. */
export interface Variables {
  readonly action?: string;
  readonly environment?: string;
  /** The effective risk; in a risk rule the claimed one. */
  readonly risk?: RiskLevel;
  readonly requester?: string;
  readonly producer?: string;
  readonly owner?: string;
  readonly onBehalfOf?: readonly string[];
  readonly target?: JsonObject;
  readonly parameters?: JsonObject;
}

/** How many rounds all loops may make for one request, over all conditions. */
export const MAX_ROUNDS_OF_ALL = 100_000;

/** The variables of the conditions that are evaluated for one request, and the work that is left for them. */
export class Facts {
  #longest: number | undefined;
  #left = { rounds: MAX_ROUNDS_OF_ALL };

  constructor(readonly variables: Variables) {}

  /** Entries of the largest list or map. Walks the data on first use. */
  get longest(): number {
    return (this.#longest ??= longestOf(this.variables));
  }

  /** Takes rounds from those that are left for the request; false where there are not so many. */
  spend(rounds: number): boolean {
    this.#left.rounds -= rounds;
    return this.#left.rounds >= 0;
  }

  /** The same facts with so many rounds of their own to spend. */
  withRounds(rounds: number): Facts {
    const facts = new Facts(this.variables);
    facts.#longest = this.longest;
    facts.#left = { rounds };
    return facts;
  }

  /** The same facts at another risk; what is left to spend is left to both. */
  atRisk(risk: RiskLevel): Facts {
    if (risk === this.variables.risk) return this;
    const facts = new Facts({ ...this.variables, risk });
    facts.#longest = this.#longest;
    facts.#left = this.#left;
    return facts;
  }
}

function longestOf({ onBehalfOf = [], target = {}, parameters = {} }: Variables): number {
  let longest = onBehalfOf.length;
  const open: JsonValue[] = [target, parameters];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value === null || typeof value !== 'object') continue;
    const inner = Array.isArray(value) ? value : Object.values(value);
    longest = Math.max(longest, inner.length);
    for (const item of inner) if (item !== null && typeof item === 'object') open.push(item);
  }
  return longest;
}

/** What conditions see of a request, at its claimed risk. */
export const factsOf = (
  request: Pick<
    Request,
    | 'action'
    | 'environment'
    | 'riskLevel'
    | 'requester'
    | 'producer'
    | 'owner'
    | 'onBehalfOf'
    | 'target'
    | 'parameters'
  >,
): Facts =>
  new Facts({
    action: request.action,
    environment: request.environment,
    risk: request.riskLevel,
    requester: request.requester,
    producer: request.producer,
    owner: request.owner,
    onBehalfOf: request.onBehalfOf,
    target: request.target,
    parameters: request.parameters,
  });
