import { type Verdict } from '@tollgate/contracts';
import { visibleText } from '@tollgate/pages';
import { type Page, type PageExtras, renderPage } from '../page/page-layout.js';
import { requestPath } from './inbox-cards.js';

/** What became of one decision. */
export interface SeveralResult {
  readonly requestId: string;
  readonly what: string;
  readonly kind: 'counted' | 'uncounted';
  /** A sentence or two. */
  readonly words: string;
}

/** The page that tells what became of each decision. */
export function resultsPage(verdict: Verdict, results: readonly SeveralResult[], extras: PageExtras): Page {
  const counted = results.filter(({ kind }) => kind === 'counted').length;
  const said = { approve: 'approved', deny: 'denied', abstain: 'abstained from' }[verdict];
  return renderPage(
    counted === results.length ? `Your ${counted} decisions count` : `${counted} of ${results.length} count`,
    <>
      <p class={`notice ${counted === results.length ? 'good' : 'warning'}`} role="status">
        You {said} {counted} of {results.length} requests
        {counted === results.length ? '.' : '. The others did not count, for the reasons below.'}
      </p>
      <ul class="inbox">
        {results.map(({ requestId, what, kind, words }) => (
          <li class={`card ${kind}`}>
            <div class="what">
              <h2>
                <a href={requestPath(requestId)}>{visibleText(what)}</a>
              </h2>
              <p>
                <strong>{kind === 'counted' ? 'Counts.' : 'Does not count.'}</strong> {visibleText(words)}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <p>
        <a class="button" href="/inbox">
          Back to the inbox
        </a>
      </p>
    </>,
    extras,
  );
}
