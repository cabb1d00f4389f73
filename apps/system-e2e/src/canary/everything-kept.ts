import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { SERVICES, TOPICS } from '@tollgate/contracts';
import { followTopic } from '@tollgate/messaging';
import { type Stack } from '@tollgate/stack';
import { Client } from 'pg';
import { mails } from '../approver/mailbox.js';
import { connectionTo, NO_LOG } from '../system/producer-on-kafka.js';

/** Something of which a text is kept, and the text. */
export interface KeptText {
  readonly where: string;
  readonly text: string;
}

/** Every record of every topic but the inbound ones, keys and headers included. */
export async function recordsOfTopics(stack: Stack): Promise<KeptText[]> {
  return Promise.all(
    TOPICS.map(async ({ name }) => {
      const parts: string[] = [];
      const tail = await followTopic({
        connection: connectionTo(stack),
        topic: name,
        logger: NO_LOG,
        onRecord: ({ key, value, headers }) => {
          parts.push(key ?? '', String(value), ...Object.values(headers).map(String));
        },
      });
      await tail.caughtUp;
      await tail.stop();
      return { where: `topic ${name}`, text: parts.join('\n') };
    }),
  );
}

const asText = (value: unknown): string => {
  if (Buffer.isBuffer(value)) return `${value.toString('latin1')}\n${inflated(value)}`;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
};

/** Bytes that were compressed, as they were before. */
function inflated(bytes: Buffer): string {
  try {
    return inflateRawSync(bytes).toString('latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}

async function rowsOf(administrator: string, database: string): Promise<KeptText[]> {
  const url = new URL(administrator);
  url.pathname = `/${database}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
    );
    const kept: KeptText[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<unknown[]>({ text: `SELECT * FROM ${name}`, rowMode: 'array' });
      kept.push({ where: `table ${database} ${name}`, text: rows.flat().map(asText).join('\n') });
    }
    return kept;
  } finally {
    await client.end();
  }
}

/** Every row of every table of every database. */
export async function rowsOfTables({ databaseUrls: { administrator } }: Stack): Promise<KeptText[]> {
  const client = new Client({ connectionString: administrator });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE datallowconn',
  );
  await client.end();
  return (await Promise.all(rows.map(({ datname }) => rowsOf(administrator, datname)))).flat();
}

/** Every line that a process of the stack has written to its log. */
export function logsOf({ dataDir }: Stack): KeptText[] {
  const folders = [
    join(dataDir, 'logs'),
    join(dataDir, 'mailbox'),
    join(dataDir, 'postgres'),
    join(dataDir, 'kafka'),
  ];
  return folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
      .map(({ name }) => ({ where: `log ${name}`, text: readFileSync(join(folder, name), 'latin1') })),
  );
}

/** Every mail, with its headers. */
export const mailsOf = async (stack: Stack): Promise<KeptText[]> =>
  (await mails(stack)).map((mail) => ({ where: `mail ${mail.subject}`, text: JSON.stringify(mail) }));

/** What every service measures. */
export const metricsOf = ({ urls }: Stack): Promise<KeptText[]> =>
  Promise.all(
    SERVICES.map(async (service) => ({
      where: `metrics of ${service}`,
      text: await (await fetch(`${urls[service]}/metrics`)).text(),
    })),
  );
