import { type JSX } from 'preact';
import { binText } from './bin-text.js';
import { countText } from './chart-scale.js';
import { END_KINDS, endSeries } from './end-kind.js';
import { EndKey, EndPlot } from './end-plot.js';
import { type EndCount } from './insights.js';
import { Numbers } from './numbers.js';
import { type TimeBins } from './time-bins.js';

/** What came of the requests that were decided in the period, or ended without a decision. */
export const EndSection = ({
  ends,
  bins,
}: {
  readonly ends: readonly EndCount[];
  readonly bins: TimeBins;
}): JSX.Element => {
  const series = endSeries(ends, bins.starts.length);
  const all = series.reduce((sum, { requests }) => sum + requests, 0);
  const rows = bins.starts.flatMap((_, nth) => {
    const counts = series.map(({ bins: of }) => of[nth] ?? 0);
    return counts.some((count) => count > 0) ? [[binText(bins, nth), ...counts.map(countText)]] : [];
  });
  return (
    <section aria-labelledby="outcomes">
      <h2 id="outcomes">Outcomes</h2>
      <p class="aside">
        What became, up to the checkpoint, of the requests that were decided in this period, and of those that
        ended without a decision.
      </p>
      {all === 0 ? (
        <p>No request was decided in this period.</p>
      ) : (
        <figure class="ends">
          <EndKey series={series} />
          <EndPlot series={series} bins={bins} />
          <Numbers
            summary="Outcomes as a table"
            caption={`Requests by outcome and ${bins.unit}; what has none is left out.`}
            columns={[bins.unit, ...series.map(({ kind }) => END_KINDS[kind])]}
            rows={[...rows, ['the whole period', ...series.map(({ requests }) => countText(requests))]]}
          />
        </figure>
      )}
    </section>
  );
};
