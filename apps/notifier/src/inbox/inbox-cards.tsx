import { type RiskLevel } from '@tollgate/contracts';
import { type JSX } from 'preact';
import { visibleText } from '@tollgate/pages';
import { type DecidedRow } from './decided-row.js';
import { type ListedTime } from './describe-deadline.js';
import { type InboxRow } from './inbox-row.js';

/** Where a signed-in person looks at a request. */
export const requestPath = (requestId: string): string => `/inbox/requests/${requestId}`;

export const Risk = ({ level }: { readonly level: RiskLevel }): JSX.Element => (
  <span class={`risk ${level}`}>{level} risk</span>
);

const Time = ({ time }: { readonly time: ListedTime }): JSX.Element => (
  <time dateTime={time.iso}>{time.text}</time>
);

const Heading = ({
  row: { requestId, action, environment },
}: {
  readonly row: Pick<InboxRow, 'requestId' | 'action' | 'environment'>;
}): JSX.Element => (
  <h2 id={`what-${requestId}`}>
    <a class="open" href={requestPath(requestId)}>
      {visibleText(action)} in {visibleText(environment)}
    </a>
  </h2>
);

interface WaitingCardProps {
  readonly row: InboxRow;
  /** There is another one on the page with which it may be decided together. */
  readonly isPickable: boolean;
}

/** One request that waits. */
export const WaitingCard = ({ row, isPickable }: WaitingCardProps): JSX.Element => (
  <li class="card" data-request={row.requestId} data-together={isPickable ? row.together : undefined}>
    {isPickable && (
      <label class="pick">
        <input
          type="checkbox"
          name="id"
          value={row.requestId}
          aria-label={`Select ${visibleText(row.action)} in ${visibleText(row.environment)}, asked by ${visibleText(row.requester)}, until ${row.deadline.text}`}
        />
      </label>
    )}
    <div class="what">
      <Heading row={row} />
      <p class="facts">
        <Risk level={row.risk} />
        <span>
          until <Time time={row.deadline} />
        </span>
        <strong class={row.isUrgent ? 'left urgent' : 'left'}>{row.left}</strong>
      </p>
      {row.target !== '' && <p class="target">{visibleText(row.target)}</p>}
      <p>
        Asked by {visibleText(row.requester)}.{' '}
        <span class="waits">{visibleText(capital(row.waitsFor))}.</span>
      </p>
      {row.standsFor.length > 0 && (
        <p class="aside">You stand for {visibleText(row.standsFor.join(' and '))}.</p>
      )}
      {row.signIn === 'passkey' && <p class="aside">Needs your passkey, so it is decided by itself.</p>}
      {row.said !== undefined && <p class="said">{visibleText(row.said)}</p>}
      <p class="news" aria-live="polite" />
    </div>
  </li>
);

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

const VERDICTS: Readonly<Record<DecidedRow['verdict'], string>> = {
  approve: 'approved',
  deny: 'denied',
  abstain: 'abstained',
};

/** One request on which the reader said something. */
export const DecidedCard = ({ row }: { readonly row: DecidedRow }): JSX.Element => (
  <li class="card" data-request={row.requestId}>
    <div class="what">
      <Heading row={row} />
      <p class="facts">
        <Risk level={row.risk} />
        <span>
          {row.onBehalfOf === undefined ? 'You' : `For ${visibleText(row.onBehalfOf)} you`}{' '}
          <strong>{VERDICTS[row.verdict]}</strong>, <Time time={row.saidAt} />
        </span>
      </p>
      {row.reason !== '' && <q>{visibleText(row.reason)}</q>}
      {row.uncounted !== undefined && <p class="said">It does not count: {visibleText(row.uncounted)}</p>}
      <p>
        Asked by {visibleText(row.requester)}.{' '}
        {row.outcome === undefined ? (
          'Still open.'
        ) : (
          <>
            <strong>{row.outcome.words}</strong>, <Time time={row.outcome.at} />.
          </>
        )}
      </p>
      <p class="news" aria-live="polite" />
    </div>
  </li>
);
