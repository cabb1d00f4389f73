import { type Decision, type DelegationDeclared, type Vote, type VoteCast } from '@tollgate/contracts';
import { type Finding } from './rule.js';

/** The delegations on record, by their ids. */
export type Delegations = ReadonlyMap<string, Pick<DelegationDeclared, 'from' | 'to'>>;

const spoken = ({ person, at, verdict }: Vote): string => `${person} ${at} ${verdict}`;

/** Compares the votes that were cast with those that the decision rests on. */
export class VoteFacts {
  readonly #cast: { readonly person: string; readonly at: string; readonly words: string }[] = [];
  readonly #forOthers: Pick<Vote, 'person' | 'onBehalfOf' | 'delegation'>[] = [];
  #decision:
    | { readonly decidedAt: string; readonly votes: ReadonlySet<string>; readonly counted: readonly string[] }
    | undefined;

  take({ vote }: VoteCast): void {
    if (vote.counted) this.#cast.push({ person: vote.person, at: vote.at, words: spoken(vote) });
  }

  decide(decision: Decision): void {
    const { decidedAt, votes } = decision;
    const counted = votes.filter((vote) => vote.counted).map(spoken);
    this.#decision = { decidedAt, votes: new Set(votes.map(spoken)), counted };
    for (const { counted, person, onBehalfOf, delegation } of votes) {
      if (counted && onBehalfOf !== undefined) this.#forOthers.push({ person, onBehalfOf, delegation });
    }
  }

  /** True once each vote that the decision counts was cast on record. */
  get areAllCast(): boolean {
    const cast = new Set(this.#cast.map(({ words }) => words));
    return this.#decision?.counted.every((words) => cast.has(words)) ?? false;
  }

  judge(delegations: Delegations): Finding[] {
    return [...this.#judgeCast(), ...this.#judgeDelegations(delegations)];
  }

  #judgeCast(): Finding[] {
    const decision = this.#decision;
    if (decision === undefined) return [];
    const decidedAt = Date.parse(decision.decidedAt);
    return this.#cast.flatMap((vote): Finding[] => {
      if (Date.parse(vote.at) > decidedAt) {
        return [
          { rule: 'votes-in-time', detail: `the vote of ${vote.person} counts, cast after the decision` },
        ];
      }
      return decision.votes.has(vote.words)
        ? []
        : [
            {
              rule: 'quorum',
              detail: `the decision leaves out a vote of ${vote.person} that counted when it was cast`,
            },
          ];
    });
  }

  #judgeDelegations(delegations: Delegations): Finding[] {
    return this.#forOthers.flatMap(({ person, onBehalfOf, delegation }): Finding[] => {
      const declared = delegation === undefined ? undefined : delegations.get(delegation);
      return declared?.from === onBehalfOf && declared?.to === person
        ? []
        : [
            {
              rule: 'delegation-declared',
              detail: `${person} voted for ${onBehalfOf}, and no such delegation is on record`,
            },
          ];
    });
  }
}
