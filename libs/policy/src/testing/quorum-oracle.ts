import { type Approver, type QuorumExpression } from '@tollgate/contracts';
import { type CastBallot } from '../quorum/cast-ballot.js';

/**
 * What a quorum means, by going through everything: for up to six people, every set of people who could meet a node.
 * Shares nothing with how quorums are evaluated. A set of people is a number, a bit for each.
 */
export class QuorumOracle {
  readonly #people: readonly string[];
  readonly #via = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly quorum: QuorumExpression,
    approvers: readonly Approver[],
  ) {
    for (const { person, via } of approvers)
      this.#via.set(person, new Set([...(this.#via.get(person) ?? []), ...via]));
    this.#people = [...this.#via.keys()];
    if (this.#people.length > 6) throw new Error('the oracle takes too long with more than six people');
  }

  #peopleVia(from: readonly string[]): string[] {
    return this.#people.filter((person) => from.some((selector) => this.#via.get(person)?.has(selector)));
  }

  #setOf(people: Iterable<string>): number {
    return [...people].reduce((set, person) => set | (1 << this.#people.indexOf(person)), 0);
  }

  #subsetsOf(people: readonly string[], fits: (chosen: readonly string[]) => boolean): Set<number> {
    const sets = new Set<number>();
    for (let bits = 0; bits < 1 << people.length; bits += 1) {
      const chosen = people.filter((_, index) => (bits & (1 << index)) !== 0);
      if (fits(chosen)) sets.add(this.#setOf(chosen));
    }
    return sets;
  }

  /** Every set of people that can meet a node, with each of them used. */
  #meeting(node: QuorumExpression): Set<number> {
    switch (node.kind) {
      case 'one':
        return this.#subsetsOf(this.#peopleVia([node.from]), ({ length }) => length === 1);
      case 'people':
        return this.#subsetsOf(this.#peopleVia(node.from), ({ length }) => length === node.count);
      case 'majority': {
        const people = this.#peopleVia(node.from);
        return this.#subsetsOf(people, ({ length }) => length > people.length / 2);
      }
      case 'unanimous': {
        const people = this.#peopleVia(node.from);
        return this.#subsetsOf(people, ({ length }) => length > 0 && length === people.length);
      }
      case 'weighted': {
        const weigh = (person: string): number =>
          Math.max(...node.of.map(({ from, weight }) => (this.#via.get(person)?.has(from) ? weight : 0)));
        return this.#subsetsOf(
          this.#peopleVia(node.of.map(({ from }) => from)),
          (chosen) => chosen.map(weigh).reduce((a, b) => a + b, 0) >= node.threshold,
        );
      }
      case 'veto':
      case 'denials':
        return this.#meeting(node.in);
      case 'any':
        return new Set(node.of.flatMap((branch) => [...this.#meeting(branch)]));
      case 'all':
      case 'stages':
        return this.#together(node.of, node.of.length, node.samePerson === true);
      case 'atLeast':
        return this.#together(node.of, node.count, node.samePerson === true);
    }
  }

  #together(of: readonly QuorumExpression[], count: number, samePerson: boolean): Set<number> {
    const sets = new Set<number>();
    const branches = of.map((branch) => [...this.#meeting(branch)]);
    const tried = new Set<string>();
    const go = (index: number, met: number, used: number): void => {
      const state = `${index} ${met} ${used}`;
      if (tried.has(state)) return;
      tried.add(state);
      if (index === branches.length) {
        if (met >= count) sets.add(used);
        return;
      }
      go(index + 1, met, used);
      for (const set of branches[index] ?? [])
        if (samePerson || (set & used) === 0) go(index + 1, met + 1, used | set);
    };
    go(0, 0, 0);
    return sets;
  }

  #isMetBy(node: QuorumExpression, people: Iterable<string>): boolean {
    const given = this.#setOf(people);
    return [...this.#meeting(node)].some((set) => (set & given) === set);
  }

  /** True where distinct people among these meet the quorum. */
  meets(people: Iterable<string>): boolean {
    return this.#isMetBy(this.quorum, people);
  }

  /** Whom a node asks by now, and which of them by a veto. */
  #asked(node: QuorumExpression, approving: readonly string[]): { people: string[]; vetoers: string[] } {
    const join = (nodes: readonly QuorumExpression[]) => {
      const asked = nodes.map((branch) => this.#asked(branch, approving));
      return { people: asked.flatMap((a) => a.people), vetoers: asked.flatMap((a) => a.vetoers) };
    };
    switch (node.kind) {
      case 'one':
        return { people: this.#peopleVia([node.from]), vetoers: [] };
      case 'people':
      case 'majority':
      case 'unanimous':
        return { people: this.#peopleVia(node.from), vetoers: [] };
      case 'weighted':
        return { people: this.#peopleVia(node.of.map(({ from }) => from)), vetoers: [] };
      case 'veto': {
        const by = this.#peopleVia(node.by);
        const inner = this.#asked(node.in, approving);
        return { people: [...inner.people, ...by], vetoers: [...inner.vetoers, ...by] };
      }
      case 'denials':
        return this.#asked(node.in, approving);
      case 'stages': {
        const begun = node.of.filter(
          (_, index) => index === 0 || this.#isMetBy({ ...node, of: node.of.slice(0, index) }, approving),
        );
        return join(begun);
      }
      default:
        return join(node.of);
    }
  }

  /** Where the step stands: open means that some further votes lead to an approval. */
  stand(votes: readonly CastBallot[]): { state: 'open' | 'approved' | 'denied'; mayVote: string[] } {
    const last = new Map(votes.map(({ person, verdict }) => [person, verdict]));
    const approving = this.#people.filter((person) => last.get(person) === 'approve');
    const asked = this.#asked(this.quorum, approving);
    const mayVote = this.#people.filter((person) => asked.people.includes(person));
    const deniers = mayVote.filter((person) => last.get(person) === 'deny');
    const enough = this.quorum.kind === 'denials' ? this.quorum.count : 1;
    if (deniers.length >= enough || deniers.some((person) => asked.vetoers.includes(person)))
      return { state: 'denied', mayVote };
    if (this.meets(approving)) return { state: 'approved', mayVote };
    const others = this.#people.filter((person) => !deniers.includes(person));
    const futures = this.#subsetsOf(others, (chosen) => this.meets(chosen));
    return { state: futures.size > 0 ? 'open' : 'denied', mayVote };
  }
}
