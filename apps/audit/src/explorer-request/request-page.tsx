import { canonicalJson, type JsonValue } from '@tollgate/contracts';
import { type Page, pageAsset, visibleLines, visibleText } from '@tollgate/pages';
import { type ComponentChildren, type JSX } from 'preact';
import { explorerPage } from '../explorer-page/explorer-page.js';
import { Status } from '../explorer-page/status.js';
import { Utc, utcText } from '../explorer-page/utc.js';
import { type RequestTrailDocument } from '../request-trail/request-trail.document.js';
import { Road } from './road.js';
import { type TimelineEntry, timelineOf } from './timeline.js';

/** Tells what is new about a request. */
export const REQUEST_SCRIPT = pageAsset(new URL('./request.browser.mjs', import.meta.url));

const Row = ({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <div class="row">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const json = (value: JsonValue): string => visibleLines(canonicalJson(value)).join('\n');

const Facts = ({ trail }: { readonly trail: RequestTrailDocument }): JSX.Element => {
  const { request, route, decision, guardrail, release } = trail;
  return (
    <dl class="request">
      <Row name="Request">
        <code class="hash">{trail.requestId}</code>
      </Row>
      {request !== null && (
        <>
          <Row name="Asked by">
            {visibleText(request.requester)}
            {request.producer !== request.requester && ` through ${visibleText(request.producer)}`}; owner{' '}
            {visibleText(request.owner)}
            {request.onBehalfOf.length > 0 && `; for ${request.onBehalfOf.map(visibleText).join(', ')}`}
          </Row>
          <Row name="Because">{visibleText(request.reason)}</Row>
          <Row name="Target">
            <code>{json(request.target)}</code>
          </Row>
          <Row name="Parameters">
            <code>{json(request.parameters)}</code>
          </Row>
          <Row name="Content hash">
            <code class="hash">{request.contentHash}</code>
          </Row>
        </>
      )}
      {route !== null && (
        <Row name="Who decides">
          {visibleText(route.explanation)} (policy revision {request?.policyRevision ?? '?'}, {route.rule};
          risk claimed {route.riskLevel.claimed}, effective {route.riskLevel.effective})
        </Row>
      )}
      {decision !== null && (
        <Row name="Decision">{`${decision.outcome}: ${visibleText(decision.explanation)}`}</Row>
      )}
      {guardrail !== null && (
        <Row name="Guardrails">
          {guardrail.outcome}
          {guardrail.results.length > 0 &&
            `: ${guardrail.results.map(({ rule, verdict, reason }) => `${rule} ${verdict} (${visibleText(reason)})`).join('; ')}`}
        </Row>
      )}
      {release !== null && (
        <Row name="Release">
          to {visibleText(release.audience)}, until <Utc time={release.expiresAt} />
        </Row>
      )}
    </dl>
  );
};

const Entry = ({
  entry,
  requestId,
}: {
  readonly entry: TimelineEntry;
  readonly requestId: string;
}): JSX.Element => {
  const { kind, at, who, what, record } = entry;
  return (
    <li class={`entry ${kind.toLowerCase()}`}>
      <p class="when">
        <Utc time={at} />
        <span class="kind">{kind}</span>
      </p>
      <p class="what">
        {who.length > 0 && <strong>{who.map(visibleText).join(', ')} </strong>}
        {visibleText(what)}
        {record?.repeat != null && (
          <span class={`status ${record.repeat === 'different' ? 'bad' : 'info'}`}>
            {record.repeat === 'different'
              ? 'differs from the first one, which rules'
              : 'repeats the first one'}
          </span>
        )}
        {record !== undefined && (
          <span class="source">
            {' '}
            <a href={`/requests/${requestId}/records/${record.seq}`}>
              record <span class="seq">{record.seq}</span>
            </a>
          </span>
        )}
      </p>
    </li>
  );
};

/** What a request's page is made of. */
export interface RequestPageParts {
  readonly trail: RequestTrailDocument;
  /** ms since 1970 */
  readonly now: number;
  /** The end of the ledger when it was read. */
  readonly end: number;
  /** The name of the reader. */
  readonly reader: string;
}

/** One request, from the first record to the last. */
export const requestPage = ({ trail, now, end, reader }: RequestPageParts): Page => {
  const { requestId, request, status } = trail;
  const title =
    request === null ? 'A request' : `${visibleText(request.action)} in ${visibleText(request.environment)}`;
  return explorerPage(
    title,
    <>
      <p class="under-title">
        <Status status={status} />
        <a class="no-print" href={`/requests/${requestId}/proof`}>
          Check that this is unchanged
        </a>
      </p>
      <p id="live" class="live" role="status" data-live={`/live?request=${requestId}&since=${end}`} />
      <Road trail={trail} />
      <Facts trail={trail} />
      <h2>What happened</h2>
      <p class="aside">Every record of this request, in the order of the road. Times are UTC.</p>
      <ol class="timeline">
        {timelineOf(trail, now).map((entry) => (
          <Entry entry={entry} requestId={requestId} />
        ))}
      </ol>
      <p class="aside colophon">
        {trail.events.length} records; read by {reader} on {utcText(new Date(now))} UTC. Whether they are
        unchanged is proven by the ledger’s checkpoints, not by this page: see “Check that this is unchanged”,
        or <code>npx tollgate audit verify</code>.
      </p>
    </>,
    { signedIn: { name: reader }, script: REQUEST_SCRIPT },
  );
};
