import { type Stack } from '@tollgate/stack';
import { waitUntil } from '@tollgate/servers';
import { bearer, call } from './intake-client.js';

/** A record of the ledger, as far as the tests look at it. */
export interface LedgerRecord {
  readonly seq: number;
  readonly place: { readonly topic: string; readonly partition: number; readonly offset: string };
  readonly sha256: string;
  readonly reading: string;
  readonly requestId: string | null;
  readonly outcome: string | null;
  readonly key: string | null;
  readonly event: { readonly id: string; readonly data: Record<string, unknown> } | null;
}

interface Page {
  readonly events: LedgerRecord[];
  readonly next: string;
  readonly more: boolean;
}

/** What is asked of the records, as query parameters of `GET /v1/events`. */
export type LedgerFilter = Readonly<Record<string, string>>;

/** Every record that the ledger has for a filter, oldest first. */
export async function ledgerRecords(stack: Stack, filter: LedgerFilter = {}): Promise<LedgerRecord[]> {
  const found: LedgerRecord[] = [];
  let cursor: string | undefined;
  for (;;) {
    const query = new URLSearchParams({
      ...filter,
      limit: '200',
      ...(cursor === undefined ? {} : { cursor }),
    });
    const { status, body } = await call<Page>(`${stack.urls.audit}/v1/events?${query}`, {
      headers: bearer(stack.credentials.ledgerReaderKey),
    });
    if (status !== 200) throw new Error(`the ledger answered HTTP ${status}: ${JSON.stringify(body)}`);
    found.push(...body.events);
    if (!body.more) return found;
    cursor = body.next;
  }
}

/** Waits until the ledger has what is looked for. */
export async function ledgerHas(
  stack: Stack,
  what: string,
  filter: LedgerFilter,
  isThere: (records: readonly LedgerRecord[]) => boolean,
  withinMs = 20_000,
): Promise<LedgerRecord[]> {
  let records: LedgerRecord[] = [];
  await waitUntil(
    `the ledger has ${what}`,
    async () => {
      records = await ledgerRecords(stack, filter);
      return isThere(records);
    },
    withinMs,
  );
  return records;
}
