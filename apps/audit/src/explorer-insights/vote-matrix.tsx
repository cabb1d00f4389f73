import { type JSX } from 'preact';
import { binText } from './bin-text.js';
import { Breakable } from './breakable.js';
import { barsPath, countText, pixel } from './chart-scale.js';
import { type VoteCount, type Votes } from './insights.js';
import { type TimeBins } from './time-bins.js';

const WIDTH = 90;
const HEIGHT = 30;

/** The highest bars of all cells, which share one scale: approvals stand on the line, denials hang from it. */
interface Highest {
  readonly approved: number;
  readonly denied: number;
}

/** The votes of a person on an action, over the period. */
export interface VoteSeries {
  readonly approved: readonly number[];
  readonly denied: readonly number[];
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

/** The votes of each person on each action, over so many bins; what does not occur is left out. */
export function voteSeries(
  counts: readonly VoteCount[],
  bins: number,
): ReadonlyMap<string, ReadonlyMap<string, VoteSeries>> {
  const zeros = (): number[] => Array.from({ length: bins }, () => 0);
  const all = new Map<string, Map<string, { approved: number[]; denied: number[] }>>();
  for (const { person, action, bin, approved, denied } of counts) {
    const ofPerson = all.get(person) ?? new Map<string, { approved: number[]; denied: number[] }>();
    const series = ofPerson.get(action) ?? { approved: zeros(), denied: zeros() };
    series.approved[bin] = approved;
    series.denied[bin] = denied;
    all.set(person, ofPerson.set(action, series));
  }
  return all;
}

const overTime = (counts: readonly number[], bins: TimeBins): string =>
  counts
    .flatMap((count, nth) =>
      count > 0 ? [`${countText(count)} ${bins.unit === 'day' ? 'on' : 'in the'} ${binText(bins, nth)}`] : [],
    )
    .join(', ');

const Sparkline = ({
  series: { approved, denied },
  highest,
  bins,
}: {
  readonly series: VoteSeries;
  readonly highest: Highest;
  readonly bins: TimeBins;
}): JSX.Element => {
  const label = [
    ...(sum(approved) > 0 ? [`approved: ${overTime(approved, bins)}`] : []),
    ...(sum(denied) > 0 ? [`denied: ${overTime(denied, bins)}`] : []),
  ].join('; ');
  const foot = (HEIGHT * highest.approved) / (highest.approved + highest.denied);
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <path class="approve" d={barsPath(approved, highest.approved, { width: WIDTH, foot, height: foot })} />
      <path
        class="deny"
        d={barsPath(denied, highest.denied, { width: WIDTH, foot, height: foot - HEIGHT })}
      />
      <path class="line" d={`M0 ${pixel(foot)}H${WIDTH}`} />
    </svg>
  );
};

const Cell = ({
  series,
  highest,
  bins,
}: {
  readonly series: VoteSeries | undefined;
  readonly highest: Highest;
  readonly bins: TimeBins;
}): JSX.Element => {
  if (series === undefined) return <td class="none">none</td>;
  const [approved, denied] = [sum(series.approved), sum(series.denied)];
  return (
    <td>
      <span class="counts">
        {approved > 0 && <span class="approved">{countText(approved)} yes</span>}
        {denied > 0 && <span class="denied">{countText(denied)} no</span>}
      </span>
      <Sparkline series={series} highest={highest} bins={bins} />
    </td>
  );
};

/** Who approves what: the counted votes of each person on each action, over the period. */
export const VoteMatrix = ({
  votes,
  bins,
}: {
  readonly votes: Votes;
  readonly bins: TimeBins;
}): JSX.Element => {
  const { counts, people, actions } = votes;
  const series = voteSeries(counts, bins.starts.length);
  const highest: Highest = {
    approved: Math.max(...counts.map(({ approved }) => approved)),
    denied: Math.max(...counts.map(({ denied }) => denied)),
  };
  return (
    <div class="scrolls" tabIndex={0} role="group" aria-label="Who approves what: table">
      <table class="matrix">
        <caption>Counted votes by person and action</caption>
        <thead>
          <tr>
            <th scope="col">Person</th>
            {actions.map((action) => (
              <th scope="col">
                <Breakable name={action} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr>
              <th scope="row">
                <Breakable name={person} />
              </th>
              {actions.map((action) => (
                <Cell series={series.get(person)?.get(action)} highest={highest} bins={bins} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
