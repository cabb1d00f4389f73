import { generateKeyPairSync } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { requestIdFor, TOPICS } from '@tollgate/contracts';
import { createTopics, type KafkaConnection, LaneSender } from '@tollgate/messaging';
import { compile } from '@tollgate/policy';
import { createLogger } from '@tollgate/runtime';
import { waitUntil } from '@tollgate/servers';
import { type Stack } from '@tollgate/stack';
import { Client } from 'pg';
import { Registry } from 'prom-client';
import { type AuditAlone, startAuditAlone } from './audit-alone.js';
import { guardedPolicy } from './guarded-policy.js';
import { cpuSecondsOf, cpuSecondsOfTree } from './process-usage.js';
import { type CommandFigures, measureCommand } from './measure-command.js';
import { quantiles } from './quantiles.js';
import { roadRecords } from './road-events.js';
import { publishedRevision } from './stage-alone.js';

/** What the ledger alone does: how fast it records, what it takes on disk, how fast it answers and is verified. */
export interface LedgerFigures {
  readonly records: number;
  /** Bytes of keys, headers and values, per record. */
  readonly bytesPerRecord: number;
  /** From the arrival of the first record to that of the last, while checkpoints are signed. */
  readonly recordedPerSecond: number;
  /** From the arrival of the last record until a checkpoint covers it. */
  readonly checkpointSecondsLater: number;
  readonly auditCpuSeconds: number;
  readonly databaseCpuSeconds: number;
  /** Of tables and indexes, by the bytes of the records. */
  readonly timesTheRecordOnDisk: number;
  /** `GET /v1/requests/{id}`, one at a time. */
  readonly requestMs: { readonly p50: number; readonly p95: number };
  /** `GET /v1/events` by topic, person, action and period, one at a time. */
  readonly filterMs: { readonly p50: number; readonly p95: number };
  readonly exportSeconds: number;
  readonly exportBytes: number;
  /** Of all records, offline: proofs and rules. */
  readonly verify: CommandFigures;
  /** Of a draft of the policy over all of them. */
  readonly backtest: CommandFigures & { readonly requests: number };
}

const PATIENCE_MS = 900_000;
const ROADS_AT_ONCE = 500;
const ASKED = 200;
const RECORDS_PER_ROAD = 6;
/** As many as a policy of a small company may have. */
const GUARDRAILS = 3;
const TOPIC_PREFIX = 'ledger.';

/** Has so many records wait on Kafka. @returns how many there are */
async function prepareRecords(stack: Stack, connection: KafkaConnection, records: number): Promise<number> {
  await createTopics({ connection, lanes: stack.lanes, definitions: TOPICS });
  const logger = createLogger('audit', 'silent');
  const sender = new LaneSender({ connection, logger, metrics: new Registry() });
  await sender.connect();
  const documents = guardedPolicy(GUARDRAILS);
  const policy = compile({ revision: 1, ...documents });
  await sender.send([publishedRevision(1, documents)]);
  const begun = Date.now();
  let sent = 1;
  for (let serial = 0; sent < records; serial += ROADS_AT_ONCE) {
    const roads = Array.from({ length: ROADS_AT_ONCE }, (_, nth) =>
      roadRecords(policy, serial + nth, begun + serial + nth),
    ).flat();
    await sender.send(roads);
    sent += roads.length;
  }
  await sender.disconnect();
  return sent;
}

const rowOf = async <Row extends object>(database: Client, text: string): Promise<Row> => {
  const [row] = (await database.query<Row>(text)).rows;
  if (row === undefined) throw new Error(`no row: ${text}`);
  return row;
};

async function timed(ask: (nth: number) => Promise<unknown>) {
  const took: number[] = [];
  for (let nth = 0; nth < ASKED; nth += 1) {
    const began = performance.now();
    await ask(nth);
    took.push(performance.now() - began);
  }
  const { p50, p95 } = quantiles(took);
  return { p50, p95 };
}

/** Measures a ledger of its own, with so many records. */
export async function measureLedger(
  stack: Stack,
  records: number,
  nodeFlags: readonly string[] = [],
): Promise<LedgerFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-ledger-'));
  const connection: KafkaConnection = { ...stack.kafkaAdmin, clientId: 'bench', topicPrefix: TOPIC_PREFIX };
  const sent = await prepareRecords(stack, connection, records);
  const keyFile = join(folder, 'ledger-key.json');
  writeFileSync(
    keyFile,
    JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })),
    {
      mode: 0o600,
    },
  );
  const databaseBefore = cpuSecondsOfTree(stack.pid('postgres') ?? 0);
  const audit = await startAuditAlone(stack, { topicPrefix: TOPIC_PREFIX, keyFile, nodeFlags });
  const database = new Client({ connectionString: audit.databaseUrl });
  try {
    await database.connect();
    await waitUntil(
      'a checkpoint covers every record',
      async () => {
        const { size } = await rowOf<{ size: string }>(
          database,
          'SELECT coalesce(max(size), 0) AS size FROM checkpoint',
        );
        return Number(size) >= sent;
      },
      PATIENCE_MS,
    );
    const auditCpuSeconds = cpuSecondsOf(audit.pid);
    const databaseCpuSeconds = cpuSecondsOfTree(stack.pid('postgres') ?? 0) - databaseBefore;
    const figures = await figuresOf(database, sent);
    const asked = await askedOf(audit, Math.floor(sent / RECORDS_PER_ROAD));
    const exported = await exportTo(audit, folder);
    return {
      records: sent,
      ...figures,
      auditCpuSeconds: Math.round(auditCpuSeconds * 10) / 10,
      databaseCpuSeconds: Math.round(databaseCpuSeconds * 10) / 10,
      ...asked,
      exportSeconds: exported.seconds,
      exportBytes: statSync(exported.file).size,
      verify: await measureCommand('audit', 'verify', exported.file, '--key', exported.key),
      backtest: await measureBacktest(exported, folder, Math.floor(sent / RECORDS_PER_ROAD)),
    };
  } finally {
    await database.end();
    await audit.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With the policy that ruled: what nothing changes in is judged no faster. */
async function measureBacktest(
  { file, key }: { file: string; key: string },
  folder: string,
  requests: number,
) {
  const { policy, directory } = guardedPolicy(GUARDRAILS);
  const paths = Object.entries({ policy, directory }).flatMap(([name, document]) => {
    const path = join(folder, `${name}.yaml`);
    // JSON is YAML.
    writeFileSync(path, JSON.stringify(document));
    return [`--${name}`, path];
  });
  return {
    requests,
    ...(await measureCommand('policy', 'backtest', ...paths, '--export', file, '--key', key)),
  };
}

async function figuresOf(database: Client, sent: number) {
  const { seconds, later, bytes } = await rowOf<{ seconds: number; later: number; bytes: number }>(
    database,
    `SELECT extract(epoch FROM max(arrived_at) - min(arrived_at))::float8 AS seconds,
       extract(epoch FROM (SELECT max(at) FROM checkpoint) - max(arrived_at))::float8 AS later,
       sum(coalesce(octet_length(key), 0) + coalesce(octet_length(headers), 0) + coalesce(octet_length(value), 0))::float8 AS bytes
     FROM record`,
  );
  const { disk } = await rowOf<{ disk: number }>(
    database,
    `SELECT sum(pg_total_relation_size(oid))::float8 AS disk FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  return {
    bytesPerRecord: Math.round(bytes / sent),
    recordedPerSecond: Math.round(sent / seconds),
    checkpointSecondsLater: Math.round(later * 10) / 10,
    timesTheRecordOnDisk: Math.round((disk / bytes) * 100) / 100,
  };
}

async function ask(audit: AuditAlone, path: string): Promise<Response> {
  const response = await fetch(`${audit.url}${path}`, {
    headers: { authorization: `Bearer ${audit.readerKey}` },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

async function askedOf(audit: AuditAlone, requests: number) {
  const read = async (path: string) => (await ask(audit, path)).arrayBuffer();
  const requestMs = await timed((nth) =>
    read(`/v1/requests/${requestIdFor('bench', String(Math.floor((nth * requests) / ASKED)))}`),
  );
  const filters = [
    'topic=decision.made',
    'person=ann',
    'action=deploy_prod&outcome=approved',
    `topic=vote.cast&person=bea&from=${new Date(Date.now() - 3_600_000).toISOString()}`,
    // What nobody did is the hardest to find.
    'person=nobody',
  ];
  const filterMs = await timed((nth) => read(`/v1/events?${filters[nth % filters.length] ?? ''}`));
  return { requestMs, filterMs };
}

async function exportTo(audit: AuditAlone, folder: string) {
  const began = performance.now();
  const file = join(folder, 'ledger.ndjson');
  const { body } = await ask(audit, '/v1/export?format=ndjson');
  if (body === null) throw new Error('the export is empty');
  await pipeline(body, createWriteStream(file));
  const key = (await (await ask(audit, '/v1/checkpoints/key')).text()).trim();
  return { file, key, seconds: Math.round((performance.now() - began) / 100) / 10 };
}
