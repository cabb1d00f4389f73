import { canonicalJson, type RequestStatusDocument, STAGE_TOPICS } from '@tollgate/contracts';
import { type Stack } from '@tollgate/stack';
import { bearer, call } from '../system/intake-client.js';
import { ledgerHas, ledgerRecords, type LedgerRecord } from '../system/ledger-client.js';
import { type MixedRequest } from './mixed-request.js';

/** What the ledger has of a stage: for each request the different events, and how often one was written. */
export type StageOnRecord = ReadonlyMap<
  string,
  { readonly different: ReadonlySet<string>; readonly written: number }
>;

/** Sorts the records of a stage topic by request. */
export function stageOnRecord(records: readonly LedgerRecord[]): StageOnRecord {
  const found = new Map<string, { different: Set<string>; written: number }>();
  for (const { requestId, event } of records) {
    const entry = found.get(requestId ?? '') ?? { different: new Set<string>(), written: 0 };
    entry.different.add(canonicalJson(event));
    entry.written += 1;
    found.set(requestId ?? '', entry);
  }
  return found;
}

/** Waits until the ledger has every stage of every request, and returns what it has. */
export async function roadOnRecord(
  stack: Stack,
  requests: readonly MixedRequest[],
  withinMs: number,
): Promise<ReadonlyMap<string, StageOnRecord>> {
  const road = new Map<string, StageOnRecord>();
  for (const topic of STAGE_TOPICS) {
    const wanted = requests.filter(({ outcome }) => topic !== 'action.released' || outcome === 'released');
    const records = await ledgerHas(
      stack,
      `${topic} of ${wanted.length} requests`,
      { topic },
      (found) => {
        const ids = new Set(found.map(({ requestId }) => requestId));
        return wanted.every(({ id }) => ids.has(id));
      },
      withinMs,
    );
    road.set(topic, stageOnRecord(records));
  }
  return road;
}

/** What differs from what must be on record; empty when all is right. */
export function faultsOnRecord(
  road: ReadonlyMap<string, StageOnRecord>,
  requests: readonly MixedRequest[],
): string[] {
  const faults: string[] = [];
  for (const topic of STAGE_TOPICS) {
    for (const { id, key, outcome } of requests) {
      const wanted = topic !== 'action.released' || outcome === 'released' ? 1 : 0;
      const different = road.get(topic)?.get(id)?.different.size ?? 0;
      if (different !== wanted)
        faults.push(`${key}: ${different} different ${topic} events instead of ${wanted}`);
    }
  }
  return faults;
}

/** The status of every request as its producer sees it. */
export async function statusesOf(stack: Stack): Promise<ReadonlyMap<string, RequestStatusDocument>> {
  const found = new Map<string, RequestStatusDocument>();
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: '200', ...(cursor === undefined ? {} : { cursor }) });
    const { body } = await call<{ items: RequestStatusDocument[]; next?: string }>(
      `${stack.urls.intake}/v1/requests?${query}`,
      { headers: bearer(stack.credentials.operatorKey) },
    );
    for (const document of body.items) found.set(document.id, document);
    cursor = body.next;
  } while (cursor !== undefined);
  return found;
}

/** The requests whose status is not the one that they must have. */
export const wrongStatuses = (
  statuses: ReadonlyMap<string, RequestStatusDocument>,
  requests: readonly MixedRequest[],
): string[] =>
  requests
    .filter(({ id, outcome }) => statuses.get(id)?.status !== outcome)
    .map(({ id, key, outcome }) => `${key}: ${statuses.get(id)?.status ?? 'unknown'} instead of ${outcome}`);

/** What must never be on record: suspects, gaps, and events that differ from the first of their key. */
export async function alarms(stack: Stack): Promise<string[]> {
  const { body } = await call<{ suspects: number; unexplainedGaps: number }>(
    `${stack.urls.audit}/v1/ledger/state`,
    {
      headers: bearer(stack.credentials.ledgerReaderKey),
    },
  );
  const found: string[] = [];
  if (body.suspects > 0) found.push(`${body.suspects} suspects`);
  if (body.unexplainedGaps > 0) found.push(`${body.unexplainedGaps} unexplained gaps`);
  for (const [service, url] of Object.entries(stack.urls)) {
    for (const [labels, value] of await countersOf(url, 'tollgate_diverged_total')) {
      if (value > 0) found.push(`${service}: ${value} diverged ${labels}`);
    }
  }
  return found;
}

/** A counter of a service, by its labels as Prometheus writes them. */
export async function countersOf(url: string, name: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(name.length, at), Number(line.slice(at + 1))];
    }),
  );
}

/** Every record of the ledger about one request on one topic. */
export const recordsOf = (stack: Stack, requestId: string, topic: string): Promise<LedgerRecord[]> =>
  ledgerRecords(stack, { requestId, topic });
