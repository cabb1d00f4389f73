import { createHash } from 'node:crypto';
import {
  type DecisionMade,
  eventIdFor,
  type PolicyPublished,
  type StageTopic,
  type TopicEvent,
} from '@tollgate/contracts';
import { compile, type CompiledPolicy, judgeAtGate, resolveRoute } from '@tollgate/policy';
import { type Difference, differencesOf } from './differences.js';

/** An event that is not what its cause and the policy make of it. */
export interface Mismatch {
  readonly topic: StageTopic;
  readonly requestId: string;
  readonly differences: readonly Difference[];
}

/** What was recomputed. */
export interface RecomputationVerdict {
  readonly routes: number;
  readonly judgements: number;
  /** Requests that the router has not answered, and decisions that the guardrail has not. */
  readonly unanswered: { readonly requests: number; readonly decisions: number };
  /** How many events are not what they should be. */
  readonly wrong: number;
  /** The first of them. */
  readonly mismatches: readonly Mismatch[];
}

const MOST_MISMATCHES = 100;
/** Revisions that are kept compiled; what comes in order of time needs one or two. */
const MOST_COMPILED = 8;

/** Enough to tell one text from another. */
const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);

/**
 * Says again what router and guardrail said, by the revision that they went by, and compares: they are functions of what they
 * read. Give it the policy first, then each topic to its end in the order of the road.
 */
export class Recomputation {
  readonly #policies = new Map<number, Pick<PolicyPublished, 'policy' | 'directory'>>();
  readonly #compiled = new Map<number, CompiledPolicy>();
  /** Digests of what was submitted and decided, by request, until it is answered for the first time. */
  readonly #submitted = new Map<string, string>();
  readonly #decided = new Map<string, string>();
  readonly #answered = { routes: new Set<string>(), judgements: new Set<string>() };
  readonly #mismatches: Mismatch[] = [];
  #wrong = 0;

  takePolicy({ data }: TopicEvent<'policy.published'>): void {
    const { revision, policy, directory } = data;
    if (!this.#policies.has(revision)) this.#policies.set(revision, { policy, directory });
  }

  takeSubmission({ data: { request } }: TopicEvent<'request.submitted'>): void {
    if (!this.#submitted.has(request.id)) this.#submitted.set(request.id, digestOf(request));
  }

  takeRoute(event: TopicEvent<'route.resolved'>): void {
    const { request, route } = event.data;
    this.#answered.routes.add(request.id);
    const compiled = this.#revision(request.policyRevision);
    this.#compare('route.resolved', event, [
      ...this.#given('request', this.#submitted, request.id, request),
      ...(compiled === undefined
        ? [unknownRevision('/request/policyRevision', request.policyRevision)]
        : differencesOf({ route }, { route: resolveRoute(compiled, request) })),
    ]);
  }

  takeDecision({ data }: TopicEvent<'decision.made'>): void {
    const { id } = data.request;
    if (!this.#decided.has(id)) this.#decided.set(id, digestOf(fileOf(data)));
  }

  takeJudgement(event: TopicEvent<'guardrail.evaluated'>): void {
    const { request, decision, guardrail } = event.data;
    this.#answered.judgements.add(request.id);
    const compiled = this.#revision(decision.policyRevision);
    this.#compare('guardrail.evaluated', event, [
      ...this.#given('decision', this.#decided, request.id, fileOf(event.data)),
      ...(compiled === undefined
        ? [unknownRevision('/decision/policyRevision', decision.policyRevision)]
        : differencesOf({ guardrail }, { guardrail: judgeAtGate(compiled, event.data) })),
    ]);
  }

  verdict(): RecomputationVerdict {
    const without = (asked: ReadonlyMap<string, string>, answered: ReadonlySet<string>): number =>
      [...asked.keys()].reduce((count, id) => (answered.has(id) ? count : count + 1), 0);
    return {
      routes: this.#answered.routes.size,
      judgements: this.#answered.judgements.size,
      unanswered: {
        requests: without(this.#submitted, this.#answered.routes),
        decisions: without(this.#decided, this.#answered.judgements),
      },
      wrong: this.#wrong,
      mismatches: this.#mismatches,
    };
  }

  #given(what: string, asked: ReadonlyMap<string, string>, id: string, told: unknown): Difference[] {
    const digest = asked.get(id);
    if (digest === digestOf(told)) return [];
    const recomputed =
      digest === undefined ? 'what caused it is not on its topic' : 'what caused it says otherwise';
    return [{ pointer: `/${what}`, recomputed: JSON.stringify(recomputed) }];
  }

  #compare(
    topic: 'route.resolved' | 'guardrail.evaluated',
    event: TopicEvent<StageTopic>,
    found: Difference[],
  ) {
    const requestId = event.data.request.id;
    const id = eventIdFor(requestId, topic);
    const differences = [
      ...(event.id === id ? [] : [{ pointer: '/id', recorded: event.id, recomputed: id }]),
      ...found,
    ];
    if (differences.length === 0) return;
    this.#wrong += 1;
    if (this.#mismatches.length < MOST_MISMATCHES) this.#mismatches.push({ topic, requestId, differences });
  }

  #revision(revision: number): CompiledPolicy | undefined {
    const known = this.#compiled.get(revision);
    if (known !== undefined) return known;
    const documents = this.#policies.get(revision);
    if (documents === undefined) return undefined;
    const compiled = compile({ revision, ...documents });
    const [oldest] = this.#compiled.keys();
    if (this.#compiled.size >= MOST_COMPILED && oldest !== undefined) this.#compiled.delete(oldest);
    this.#compiled.set(revision, compiled);
    return compiled;
  }
}

/** The file as the notifier hands it over. */
const fileOf = ({ request, route, decision }: DecisionMade): DecisionMade => ({ request, route, decision });

const unknownRevision = (pointer: string, revision: number): Difference => ({
  pointer,
  recorded: String(revision),
  recomputed: JSON.stringify('this revision is not on policy.published'),
});
