import { type JSX } from 'preact';
import { binText } from './bin-text.js';
import { countText, durationText } from './chart-scale.js';
import { type Waiting, type WaitingTimes } from './insights.js';
import { Numbers } from './numbers.js';
import { type TimeBins } from './time-bins.js';
import { BUCKET_TEXTS, WaitingHistogram, WaitingKey, WaitingPlot } from './waiting-plots.js';

const row = (name: string, { decisions, median, p90 }: Waiting): string[] => [
  name,
  countText(decisions),
  durationText(median),
  durationText(p90),
];

const withoutRouteText = (count: number): string =>
  `${countText(count)} more ${count === 1 ? 'decision' : 'decisions'} by people cannot be timed: no route is on record.`;

const Plots = ({
  all,
  waiting,
  bins,
}: {
  readonly all: Waiting;
  readonly waiting: WaitingTimes;
  readonly bins: TimeBins;
}): JSX.Element => (
  <>
    <p class="lead">
      {countText(all.decisions)} {all.decisions === 1 ? 'decision' : 'decisions'} by people: half of them
      within <strong>{durationText(all.median)}</strong>, nine of ten within{' '}
      <strong>{durationText(all.p90)}</strong>.
    </p>
    <figure class="waits">
      <WaitingKey />
      <WaitingPlot waiting={waiting} bins={bins} />
      <Numbers
        summary="Waiting times as a table"
        caption={`Waiting times by ${bins.unit}; what has no decision is left out.`}
        columns={[bins.unit, 'decisions', 'median', '90th percentile']}
        rows={[
          ...waiting.bins.map(({ bin, ...each }) => row(binText(bins, bin), each)),
          row('the whole period', all),
        ]}
      />
    </figure>
    <h3>How many took how long</h3>
    <figure class="histogram">
      <WaitingHistogram histogram={waiting.histogram} />
      <Numbers
        summary="How many took how long, as a table"
        caption="Decisions by people, by the time they took."
        columns={['from the route to the decision', 'decisions']}
        rows={waiting.histogram.map((decisions, nth) => [BUCKET_TEXTS[nth] ?? '', countText(decisions)])}
      />
    </figure>
  </>
);

/** How long people take. */
export const WaitingSection = ({
  waiting,
  bins,
}: {
  readonly waiting: WaitingTimes;
  readonly bins: TimeBins;
}): JSX.Element => (
  <section aria-labelledby="waiting">
    <h2 id="waiting">Waiting times</h2>
    <p class="aside">
      From the moment the route was known until people had decided. Nights, escalations and pauses for
      questions are in it.
    </p>
    {waiting.all === undefined ? (
      <p>People decided nothing in this period.</p>
    ) : (
      <Plots all={waiting.all} waiting={waiting} bins={bins} />
    )}
    {waiting.withoutRoute > 0 && <p class="aside">{withoutRouteText(waiting.withoutRoute)}</p>}
  </section>
);
