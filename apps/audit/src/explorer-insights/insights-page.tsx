import { type Fault } from '@tollgate/contracts';
import { type Page, pageAsset, visibleText } from '@tollgate/pages';
import { type JSX } from 'preact';
import { explorerPage } from '../explorer-page/explorer-page.js';
import { Utc } from '../explorer-page/utc.js';
import { countText } from './chart-scale.js';
import { EndSection } from './end-section.js';
import { type Insights } from './insights.js';
import { InsightsFormPart } from './insights-form.js';
import { type InsightsForm, type InsightsQuery } from './insights-query.js';
import { INSIGHTS_TOPICS } from './insights-sql.js';
import { type TimeBins } from './time-bins.js';
import { VoteSection } from './vote-section.js';
import { WaitingSection } from './waiting-section.js';

/** The stylesheet of the plots. */
export const INSIGHTS_STYLE = pageAsset(new URL('./insights.css', import.meta.url));

/** What was asked and what is shown of it. */
export interface ShownInsights {
  readonly query: InsightsQuery;
  readonly bins: TimeBins;
  readonly insights: Insights;
}

/** What the page is made of. */
export interface InsightsPageParts {
  /** The name of the reader. */
  readonly reader: string;
  readonly form: InsightsForm;
  readonly faults: readonly Fault[];
  /** Undefined where there are faults. */
  readonly shown: ShownInsights | undefined;
}

const Said = ({ query, bins }: ShownInsights): JSX.Element => (
  <p class="aside" role="status">
    Recorded from {query.form.from} until {query.form.until}, {bins.unit} by {bins.unit};{' '}
    {query.action === undefined ? 'all actions' : `actions that begin with ${visibleText(query.action)}`}. All
    times are UTC.
  </p>
);

const Source = ({ insights: { population, checkpoint } }: ShownInsights): JSX.Element => {
  const { fromSeq, toSeq, records, unreadable } = population;
  return (
    <section aria-labelledby="source">
      <h2 id="source">What this is computed from</h2>
      {checkpoint === undefined ? (
        <p>No checkpoint is signed yet: nothing is counted.</p>
      ) : (
        <>
          <p id="population">
            {fromSeq < toSeq
              ? `${countText(records)} records of ${INSIGHTS_TOPICS.join(', ')} among the records ${fromSeq} to ${toSeq - 1} of the ledger`
              : 'Nothing was recorded in this period'}
            {unreadable > 0 && `; of them ${countText(unreadable)} that no event could be read from`}
            {records > 0 && '; and the earlier and later records of their requests'}. Of each topic and
            request the first event rules.
          </p>
          <p>
            Checkpoint: {checkpoint.size} records, signed <Utc time={checkpoint.at} />, root{' '}
            <code class="hash">{checkpoint.root}</code>. What came later is not counted.
          </p>
        </>
      )}
    </section>
  );
};

/** Who approves what, how long it takes, and what comes of it. */
export const insightsPage = ({ reader, form, faults, shown }: InsightsPageParts): Page =>
  explorerPage(
    'Insights',
    <>
      <InsightsFormPart form={form} faults={faults} />
      {shown !== undefined && (
        <>
          <Said {...shown} />
          <VoteSection votes={shown.insights.votes} bins={shown.bins} />
          <WaitingSection waiting={shown.insights.waiting} bins={shown.bins} />
          <EndSection ends={shown.insights.ends} bins={shown.bins} />
          <Source {...shown} />
        </>
      )}
    </>,
    { signedIn: { name: reader, current: '/insights' }, style: INSIGHTS_STYLE },
  );
