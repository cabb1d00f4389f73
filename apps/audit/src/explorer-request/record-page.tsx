import { type Page, visibleLines, visibleText } from '@tollgate/pages';
import { explorerPage } from '../explorer-page/explorer-page.js';
import { Utc } from '../explorer-page/utc.js';
import { type EventDocument } from '../query-ledger/event-document.js';

/** One record as it lies in the ledger, without credentials. */
export const recordPage = (requestId: string, record: EventDocument, reader: string): Page =>
  explorerPage(
    `Record ${record.seq}`,
    <>
      <p>
        <a href={`/requests/${requestId}`}>Back to the request</a>
      </p>
      <dl>
        {(
          [
            [
              'Place',
              `${record.place.topic}, partition ${record.place.partition}, offset ${record.place.offset}`,
            ],
            ['Recorded', <Utc time={record.recordedAt} />],
            ['Written', record.time === null ? 'unknown' : <Utc time={record.time} />],
            ['Read as', record.reading],
            ['Key', record.key === null ? 'none' : visibleText(record.key)],
            ['SHA-256', <code class="hash">{record.sha256}</code>],
            ['Bytes', record.bytes === null ? 'not kept' : String(record.bytes)],
            ...Object.entries(record.headers).map(
              ([name, value]) => [`Header ${visibleText(name)}`, visibleText(value)] as const,
            ),
          ] as const
        ).map(([name, value]) => (
          <div class="row">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <section aria-labelledby="event">
        <h2 id="event">The event</h2>
        {record.event === null ? (
          <p>
            The value is no JSON, too long for a page, or not kept. An export holds what is kept, byte by
            byte.
          </p>
        ) : (
          <pre tabIndex={0}>{visibleLines(JSON.stringify(record.event, null, 2)).join('\n')}</pre>
        )}
      </section>
    </>,
    { signedIn: { name: reader } },
  );
