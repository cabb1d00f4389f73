import { type JSX } from 'preact';
import { countText } from './chart-scale.js';
import { type Votes } from './insights.js';
import { type TimeBins } from './time-bins.js';
import { VoteMatrix } from './vote-matrix.js';

const whichOf = (listed: number, all: number, what: string): string[] =>
  listed < all ? [`the ${listed} most active of ${countText(all)} ${what}`] : [];

/** What the matrix leaves out, in a sentence; undefined where it holds everything. */
export function leftOutText({ people, actions, allPeople, allActions }: Votes): string | undefined {
  const which = [
    ...whichOf(people.length, allPeople, 'people'),
    ...whichOf(actions.length, allActions, 'actions'),
  ];
  return which.length === 0
    ? undefined
    : `Only ${which.join(' and ')} are shown; name an action above to see others.`;
}

/** Who approves what. */
export const VoteSection = ({
  votes,
  bins,
}: {
  readonly votes: Votes;
  readonly bins: TimeBins;
}): JSX.Element => {
  const leftOut = leftOutText(votes);
  return (
    <section aria-labelledby="votes">
      <h2 id="votes">Who approves what</h2>
      <p class="aside">
        The votes that counted in the decisions of this period, under the name of whoever cast them.
        Abstentions are left out. Each bar in a cell is a {bins.unit}: bars that stand are approvals, bars
        that hang are denials, all on one scale.
      </p>
      {votes.allVotes === 0 ? (
        <p>No vote counted in this period.</p>
      ) : (
        <>
          {leftOut !== undefined && <p class="notice">{leftOut}</p>}
          <VoteMatrix votes={votes} bins={bins} />
        </>
      )}
    </section>
  );
};
