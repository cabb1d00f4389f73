import { type KafkaConnection, readParts, recordsSince, settledLanes } from '@tollgate/messaging';
import { type Logger } from '@tollgate/runtime';
import { chunksOf } from './chunks-of.js';
import { type Ledger } from './ledger.js';

/** What reads again. */
export interface ForgottenParts {
  readonly connection: KafkaConnection;
  readonly ledger: Ledger;
  readonly logger: Logger;
}

const SERVICE = 'audit';

/**
 * Puts on record what this service had settled and the database does not know any more, because it was restored from a
 * backup: the broker would not send it again. What the topics do not hold any more stays a gap.
 */
export async function readForgotten({ connection, ledger, logger }: ForgottenParts): Promise<void> {
  const settled = await settledLanes(connection, SERVICE);
  const behind = [];
  for (const lane of settled) if (lane.next > (await ledger.nextOffset(lane))) behind.push(lane);
  if (behind.length === 0) return;
  logger.error(
    { alarm: 'database-behind', lanes: behind.map(({ topic, partition }) => `${topic}/${partition}`) },
    'the ledger is older than what it had recorded: the records since are read again from the topics',
  );
  const parts = [];
  for (const part of await recordsSince(connection, [...new Set(behind.map(({ topic }) => topic))], 0)) {
    const lane = behind.find(({ topic, partition }) => topic === part.topic && partition === part.partition);
    if (lane === undefined) continue;
    const next = await ledger.nextOffset(lane);
    const from = next > part.from ? next : part.from;
    if (from < lane.next) parts.push({ ...part, from, to: lane.next });
  }
  let added = 0;
  await readParts({
    connection,
    parts,
    logger,
    onRecords: async (records) => {
      for (const chunk of chunksOf(records)) added += (await ledger.record(chunk)).added;
    },
  });
  logger.warn({ records: added }, 'the ledger knows again what the topics know');
}
