import { type Waits } from './page-reader.js';
import { type TestService } from './test-service.js';

const WITHIN_MS = 20_000;

/**
 * Every row of every table, in one text that changes with any of them. Of the outbox, which its relay tidies when it
 * likes, only how many records were ever put into it.
 */
async function database(service: TestService): Promise<string> {
  const tables = await service.rows(
    `SELECT tablename FROM pg_tables
     WHERE schemaname = 'public' AND tablename NOT IN ('outbox', 'outbox_relay') ORDER BY tablename`,
  );
  const sequences = await service.rows(
    'SELECT sequencename, last_value FROM pg_sequences ORDER BY sequencename',
  );
  if (!sequences.some(({ sequencename }) => String(sequencename).includes('outbox')))
    throw new Error('nothing says any more how many records were put into the outbox');
  const sums = sequences.map((each) => JSON.stringify(each));
  for (const { tablename } of tables) {
    const [row] = await service.rows(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS sum FROM "${tablename}" t`,
    );
    sums.push(`${tablename}: ${row?.['sum']}`);
  }
  return sums.join('\n');
}

/** What the database holds, once all mails and events about what was opened are out. */
export async function settledDatabase(service: TestService, servers: Waits): Promise<string> {
  let before = '';
  let now = '';
  await servers.waitUntil(
    'nothing is under way',
    async () => {
      [before, now] = [now, await database(service)];
      const [owed] = await service.rows(
        `SELECT (SELECT count(*) FROM mail WHERE state = 'queued')::int +
                (SELECT count(*) FROM approval WHERE mail_owed AND status = 'pending')::int AS mails`,
      );
      return owed?.['mails'] === 0 && before === now;
    },
    WITHIN_MS,
  );
  return now;
}
