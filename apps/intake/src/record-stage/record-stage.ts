import { type Request } from '@tollgate/contracts';
import { plainArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { type StageData, type StageName } from '../request-status/request-snapshot.js';
import { ForeignRequestError } from './foreign-request-error.js';
import { type Arrival, firstArrivals, sameJson } from './arrival.js';

interface KnownRow {
  id: string;
  text_hash: string;
  request: string;
  data: string | null;
}

const KNOWN = new Statement<KnownRow>(
  'known-stages',
  `SELECT r.id, r.text_hash, r.request::text AS request, s.data::text AS data
   FROM request r LEFT JOIN stage s ON s.request_id = r.id AND s.stage = $2
   WHERE r.id = ANY ($1::uuid[])`,
);

/** Runs a statement, inside a transaction or alone. */
export type Run = <Row>(statement: Statement<Row>, values: readonly unknown[]) => Promise<Row[]>;

/** How a stage is stored. */
export interface StageStore<Name extends StageName, Row extends { request_id: string }> {
  readonly stage: Name;
  /**
   * Stores the arrivals whose request's hash is that of the stored request and that are the first of their request.
   * @returns a row for each that was stored
   */
  readonly insert: (arrivals: readonly Arrival<Name>[]) => Promise<Row[]>;
}

/** What came of recording arrivals. */
export interface Recorded<Name extends StageName, Row> {
  /** Those that were news. */
  readonly rows: readonly Row[];
  /** Those that differ from the first of their request; nothing was changed for them. */
  readonly diverged: readonly Arrival<Name>[];
}

/** What an arrival that was not stored turns out to be. */
type Finding = 'known' | 'diverged' | 'again';

function findingOf<Name extends StageName>(arrival: Arrival<Name>, known: KnownRow | undefined): Finding {
  if (known === undefined) throw new ForeignRequestError('there is no such request');
  const stored: Request = JSON.parse(known.request);
  const sameRequest = known.text_hash === arrival.requestHash || sameJson(stored, arrival.request);
  if (known.data !== null) {
    const data: StageData[Name] = JSON.parse(known.data);
    return sameRequest && sameJson(data, arrival.data) ? 'known' : 'diverged';
  }
  if (!sameRequest)
    throw new ForeignRequestError('the request in this event is not the one that was submitted');
  return 'again';
}

/**
 * Records that requests have passed a stage. The first event of a request rules: an identical one later is no news, a
 * different one changes nothing and is named in the answer.
 * @throws ForeignRequestError for an arrival whose request is unknown, or not what was submitted
 */
export async function recordStage<Name extends StageName, Row extends { request_id: string }>(
  run: Run,
  store: StageStore<Name, Row>,
  arrivals: readonly Arrival<Name>[],
): Promise<Recorded<Name, Row>> {
  const { firsts, diverged } = firstArrivals(arrivals);
  const rows = await store.insert(firsts);
  if (rows.length === firsts.length) return { rows, diverged };

  const stored = new Set(rows.map(({ request_id }) => request_id));
  const others = firsts.filter(({ request }) => !stored.has(request.id));
  const known = new Map<string, KnownRow>();
  for (const row of await run(KNOWN, [plainArray(others.map(({ request }) => request.id)), store.stage]))
    known.set(row.id, row);
  const findings = others.map((arrival) => ({
    arrival,
    finding: findingOf(arrival, known.get(arrival.request.id)),
  }));
  const again = findings.flatMap(({ arrival, finding }) => {
    // The same request, written differently: it goes by the hash of what was stored.
    const requestHash = known.get(arrival.request.id)?.text_hash;
    return finding === 'again' && requestHash !== undefined ? [{ ...arrival, requestHash }] : [];
  });
  const late = again.length === 0 ? [] : await store.insert(again);
  return {
    rows: [...rows, ...late],
    diverged: [
      ...diverged,
      ...findings.flatMap(({ arrival, finding }) => (finding === 'diverged' ? [arrival] : [])),
    ],
  };
}
