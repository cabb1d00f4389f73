import { type JSX } from 'preact';
import { alongText, binText, shortBinText } from './bin-text.js';
import { barPath, countScale, countText, type Span, stacked } from './chart-scale.js';
import { END_KINDS, type EndKind, type EndSeries } from './end-kind.js';
import { heightOf, middleOf, Plot, PLOT } from './plot.js';
import { type TimeBins } from './time-bins.js';

const WIDEST_BAR = 48;
const GAP = 2;

/** What is drawn over the colour of each kind, on a square of 6: kinds are told apart without colours. */
const HATCHES: Readonly<Record<EndKind, string>> = {
  released: '',
  automatic: 'M2 3h2',
  silence: 'M0 3H6',
  glass: 'M0 3H6M3 0V6',
  approved: 'M3 0V6',
  blocked: 'M-1 -1L7 7M-1 5L1 7M5 -1L7 1',
  denied: 'M-1 7L7 -1M-1 1L1 -1M5 7L7 5',
  policy: 'M-1 7L7 -1M-1 -1L7 7',
  expired: 'M0 5L3 1L6 5',
  cancelled: 'M1 1H4V4H1z',
  failed: 'M3 1V5',
  unknown: 'M1 1h1M4 4h1',
};

const Hatches = ({ series }: { readonly series: readonly EndSeries[] }): JSX.Element => (
  <defs>
    {series.map(({ kind }) => (
      <pattern id={`hatch-${kind}`} width={6} height={6} patternUnits="userSpaceOnUse">
        <path class="hatch" d={HATCHES[kind]} />
      </pattern>
    ))}
  </defs>
);

const Filled = ({ kind, d }: { readonly kind: EndKind; readonly d: string }): JSX.Element => (
  <>
    <path class={`end ${kind}`} d={d} />
    <path fill={`url(#hatch-${kind})`} d={d} />
  </>
);

const shareText = (share: number): string => (share < 0.005 ? '< 1 %' : `${Math.round(100 * share)} %`);

/** What the hatches mean, and how many requests there are of each kind. */
export const EndKey = ({ series }: { readonly series: readonly EndSeries[] }): JSX.Element => {
  const all = series.reduce((sum, { requests }) => sum + requests, 0);
  return (
    <ul class="key">
      {series.map(({ kind, requests }) => (
        <li>
          <svg class="swatch" viewBox="0 0 28 16" aria-hidden="true">
            <Filled kind={kind} d="M0 0h28v16h-28z" />
          </svg>
          {END_KINDS[kind]}: {countText(requests)} ({shareText(requests / all)})
        </li>
      ))}
    </ul>
  );
};

const textOf = (series: readonly EndSeries[], nth: number): string => {
  const parts = series.flatMap(({ kind, bins }) =>
    (bins[nth] ?? 0) > 0 ? [`${countText(bins[nth] ?? 0)} ${END_KINDS[kind]}`] : [],
  );
  return parts.length === 0 ? 'none' : parts.join(', ');
};

/** How many requests ended in which way, one bar on the other, over the period. */
export const EndPlot = ({
  series,
  bins,
}: {
  readonly series: readonly EndSeries[];
  readonly bins: TimeBins;
}): JSX.Element => {
  const count = bins.starts.length;
  const width = Math.min(WIDEST_BAR, PLOT.width / count - GAP);
  const spans = stacked(series.map(({ bins: counts }) => counts));
  const tops = spans.at(-1)?.map(({ to }) => to) ?? [];
  const scale = countScale(Math.max(...tops));
  const pathOf = (ofKind: readonly Span[]): string =>
    ofKind
      .map(({ from, to }, nth) => {
        const y = heightOf(scale, to);
        return barPath({ x: middleOf(nth, count) - width / 2, y }, width, heightOf(scale, from) - y);
      })
      .join('');
  const hints = bins.starts.map((_, nth) => `${binText(bins, nth)}: ${textOf(series, nth)}`);
  const told = hints.filter((_, nth) => (tops[nth] ?? 0) > 0);
  return (
    <Plot
      label={`Requests that ended by ${bins.unit}. ${told.join('; ')}.`}
      scale={scale}
      unit={`requests per ${bins.unit}`}
      along={alongText(bins)}
      texts={bins.starts.map((_, nth) => shortBinText(bins, nth))}
      hints={hints}
    >
      <Hatches series={series} />
      {series.map(({ kind }, nth) => (
        <Filled kind={kind} d={pathOf(spans[nth] ?? [])} />
      ))}
    </Plot>
  );
};
