import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase, type DatabaseRole, freePort, LOCAL_HOST, workspaceFolder } from '@tollgate/servers';
import { machineEnvironment, NODE_FLAGS, type Stack } from '@tollgate/stack';

/** An audit service of its own, with topics and a database that nobody else has. */
export interface AuditAlone {
  readonly url: string;
  readonly readerKey: string;
  readonly pid: number;
  /** How its database is read by a measurement: as the owner. */
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

const DATABASE = 'bench_ledger';
const READER_KEY = 'tg_bench_reader';
const ORIGIN = 'tollgate/bench/ledger';

/** The role with which a URL signs in. */
function roleOf(url: string): DatabaseRole {
  const { username, password } = new URL(url);
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Makes the database, with the roles of the stack's own ledger, and brings it up to date. */
async function prepareDatabase({ databaseUrls }: Stack): Promise<Record<string, string>> {
  const { administrator, audit_owner, audit_writer, audit_reader } = databaseUrls;
  const urls = await createDatabase(administrator, {
    database: DATABASE,
    owner: roleOf(audit_owner),
    roles: [roleOf(audit_writer), roleOf(audit_reader)],
  });
  const migrate = join(workspaceFolder(), 'apps', 'audit', 'dist', 'migrate.js');
  await promisify(execFile)(process.execPath, [...NODE_FLAGS, migrate], {
    env: { ...machineEnvironment(process.env), MIGRATION_DATABASE_URL: urls['audit_owner'] },
  });
  return urls;
}

/**
 * Starts it. Whatever waits on its topics it begins to record at once.
 * @param keyFile an Ed25519 private key as JWK
 */
export async function startAuditAlone(
  stack: Stack,
  { topicPrefix, keyFile, nodeFlags }: { topicPrefix: string; keyFile: string; nodeFlags: readonly string[] },
): Promise<AuditAlone> {
  const urls = await prepareDatabase(stack);
  const { kafkaAdmin, brokers, lanes } = stack;
  const port = await freePort();
  const main = join(workspaceFolder(), 'dist', 'audit', 'main.js');
  const child = spawn(process.execPath, [...NODE_FLAGS, ...nodeFlags, main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...machineEnvironment(process.env),
      PORT: String(port),
      KAFKA_BROKERS: brokers.join(','),
      KAFKA_LANES: String(lanes),
      KAFKA_TOPIC_PREFIX: topicPrefix,
      // These topics are nobody's but the administrator's.
      KAFKA_USERNAME: kafkaAdmin.username,
      KAFKA_PASSWORD: kafkaAdmin.password,
      KAFKA_SASL_MECHANISM: kafkaAdmin.mechanism,
      LOG_LEVEL: 'warn',
      DATABASE_URL: urls['audit_writer'],
      READER_DATABASE_URL: urls['audit_reader'],
      LEDGER_READER_KEY_SHA256: createHash('sha256').update(READER_KEY).digest('hex'),
      LEDGER_KEY_FILE: keyFile,
      LEDGER_ORIGIN: ORIGIN,
    },
  });
  return {
    url: `http://${LOCAL_HOST}:${port}`,
    readerKey: READER_KEY,
    pid: child.pid ?? 0,
    databaseUrl: urls['audit_owner'] ?? '',
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
