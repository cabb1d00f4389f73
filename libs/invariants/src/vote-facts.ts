import { type Decision, type DelegationDeclared, type Vote, type VoteCast } from '@tollgate/contracts';
import { type Finding } from './rule.js';

/** The delegations on record, by their ids. */
export type Delegations = ReadonlyMap<string, Pick<DelegationDeclared, 'from' | 'to'>>;

const spoken = ({ person, at, verdict }: Vote): string => `${person} ${at} ${verdict}`;

/** Compares the votes that were cast with those that the decision rests on. */
export class VoteFacts {
  readonly #cast: Vote[] = [];
  readonly #forOthers: Vote[] = [];
  #decision: Decision | undefined;

  take({ vote }: VoteCast): void {
    if (vote.counted) this.#cast.push(vote);
  }

  decide(decision: Decision): void {
    this.#decision = decision;
    this.#forOthers.push(
      ...decision.votes.filter(({ counted, onBehalfOf }) => counted && onBehalfOf !== undefined),
    );
  }

  judge(delegations: Delegations): Finding[] {
    return [...this.#judgeCast(), ...this.#judgeDelegations(delegations)];
  }

  #judgeCast(): Finding[] {
    const decision = this.#decision;
    if (decision === undefined) return [];
    const known = new Set(decision.votes.map(spoken));
    const decidedAt = Date.parse(decision.decidedAt);
    return this.#cast.flatMap((vote): Finding[] => {
      if (Date.parse(vote.at) > decidedAt) {
        return [
          { rule: 'votes-in-time', detail: `the vote of ${vote.person} counts, cast after the decision` },
        ];
      }
      return known.has(spoken(vote))
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
