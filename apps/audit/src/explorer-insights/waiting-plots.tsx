import { type JSX } from 'preact';
import { alongText, binText, shortBinText } from './bin-text.js';
import {
  barPath,
  countScale,
  countText,
  durationScale,
  durationText,
  linePath,
  pixel,
} from './chart-scale.js';
import { type Waiting, type WaitingTimes } from './insights.js';
import { WAITING_BUCKETS } from './insights-sql.js';
import { heightOf, middleOf, Plot, PLOT } from './plot.js';
import { type TimeBins } from './time-bins.js';

const WIDEST_BAR = 48;
const DOT = 4;
const HALF_DIAMOND = 5;

const waitingText = ({ median, p90, decisions }: Waiting): string =>
  `median ${durationText(median)}, 90th percentile ${durationText(p90)}, ${countText(decisions)} decided`;

/** `1–5 min`, `15 min–1 h`. */
function rangeText(begin: number, end: number): string {
  const [first, last] = [durationText(begin), durationText(end)];
  const [number, unit] = first.split(' ');
  return `${last.endsWith(` ${unit}`) ? number : first}–${last}`;
}

/** The buckets of the histogram as its foot names them. */
export const BUCKET_TEXTS: readonly string[] = [
  `< ${durationText(WAITING_BUCKETS[0])}`,
  ...WAITING_BUCKETS.slice(1).map((end, before) => rangeText(WAITING_BUCKETS[before] ?? 0, end)),
  `≥ ${durationText(WAITING_BUCKETS.at(-1) ?? 0)}`,
];

/** The dots of medians and the diamonds of 90th percentiles, told apart by their form. */
export const WaitingKey = (): JSX.Element => (
  <ul class="key">
    <li>
      <svg class="swatch" viewBox="0 0 28 16" aria-hidden="true">
        <path class="median line" d="M0 8H28" />
        <circle class="median" cx={14} cy={8} r={DOT} />
      </svg>
      median: half of the requests waited no longer
    </li>
    <li>
      <svg class="swatch" viewBox="0 0 28 16" aria-hidden="true">
        <path class="p90 line" d="M0 8H28" />
        <path class="p90" d="M14 3l5 5l-5 5l-5 -5z" />
      </svg>
      90th percentile: nine of ten waited no longer
    </li>
  </ul>
);

/** Median and 90th percentile of the waiting times over the period. */
export const WaitingPlot = ({
  waiting,
  bins,
}: {
  readonly waiting: WaitingTimes;
  readonly bins: TimeBins;
}): JSX.Element => {
  const count = bins.starts.length;
  const scale = durationScale(waiting.bins.flatMap(({ median, p90 }) => [median, p90]));
  const byBin = new Map(waiting.bins.map((each) => [each.bin, each]));
  const points = (value: (each: Waiting) => number) =>
    bins.starts.map((_, nth) => {
      const found = byBin.get(nth);
      return found && { x: middleOf(nth, count), y: heightOf(scale, value(found)) };
    });
  const medians = points(({ median }) => median);
  const p90s = points(({ p90 }) => p90);
  const textOf = (nth: number): string => {
    const found = byBin.get(nth);
    return `${binText(bins, nth)}: ${found === undefined ? 'nobody decided' : waitingText(found)}`;
  };
  return (
    <Plot
      label={`Waiting times by ${bins.unit}. ${waiting.bins.map(({ bin }) => textOf(bin)).join('; ')}.`}
      scale={scale}
      unit="from the route to the decision (logarithmic)"
      along={alongText(bins)}
      texts={bins.starts.map((_, nth) => shortBinText(bins, nth))}
      hints={bins.starts.map((_, nth) => textOf(nth))}
    >
      <path class="p90 line" d={linePath(p90s)} />
      <path class="median line" d={linePath(medians)} />
      {p90s.map(
        (point) =>
          point && (
            <path class="p90" d={`M${pixel(point.x)} ${pixel(point.y - HALF_DIAMOND)}l5 5l-5 5l-5 -5z`} />
          ),
      )}
      {medians.map(
        (point) => point && <circle class="median" cx={pixel(point.x)} cy={pixel(point.y)} r={DOT} />,
      )}
    </Plot>
  );
};

/** How many decisions took how long. */
export const WaitingHistogram = ({ histogram }: Pick<WaitingTimes, 'histogram'>): JSX.Element => {
  const scale = countScale(Math.max(...histogram));
  const texts = histogram.map((decisions, nth) => `${BUCKET_TEXTS[nth]}: ${countText(decisions)}`);
  return (
    <Plot
      label={`Decisions by how long they took. ${texts.join('; ')}.`}
      scale={scale}
      unit="decisions"
      along="from the route to the decision"
      texts={BUCKET_TEXTS}
      hints={texts}
    >
      {histogram.map((decisions, nth) => {
        const x = middleOf(nth, histogram.length);
        const y = heightOf(scale, decisions);
        return (
          <>
            <path
              class="bar"
              d={barPath({ x: x - WIDEST_BAR / 2, y }, WIDEST_BAR, PLOT.top + PLOT.height - y)}
            />
            {decisions > 0 && (
              <text x={pixel(x)} y={pixel(y - 4)} text-anchor="middle">
                {countText(decisions)}
              </text>
            )}
          </>
        );
      })}
    </Plot>
  );
};
