import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { classArchive, kafkaJars } from './kafka-jars.js';
import { jaasSettings, logSettings, serverProperties } from './kafka-settings.js';
import { type KafkaPlace, type RunningKafka } from './kafka.js';
import { LOCAL_HOST } from './ports.js';
import { startServerProcess } from './server-process.js';
import { waitUntil } from './wait-until.js';

const run = promisify(execFile);
const READY_WITHIN_MS = 90_000;
/** The line with which the broker says that it takes requests. */
const READY = /Kafka Server started/g;
/** A broker writes its clean shutdown to disk; killed, it checks its logs at the next start. */
const GRACE_MS = 15_000;
/** What a broker leaves in its folder of logs when it is made, and when it has stopped in order. */
const FORMATTED = 'meta.properties';
const CLEANLY_STOPPED = '.kafka_cleanshutdown';

const count = (file: string) =>
  existsSync(file) ? (readFileSync(file, 'utf8').match(READY)?.length ?? 0) : 0;

/** For the owner alone, also where an earlier start left the file to others. */
function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** A cluster id as Kafka makes them: 16 bytes in base64url, never with a dash in front. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? `A${id.slice(1)}` : id;
}

/**
 * Starts the real broker, Apache Kafka in KRaft mode, as a Java process on this machine, and returns when it takes
 * requests. Its data, its settings and its log (`kafka.log`) lie in the data folder.
 *
 * @throws Error when Java or the jars are missing, and when the broker does not come up; it names the log then
 */
export async function startEmbeddedKafka({
  dataDir,
  port,
  controllerPort,
  signal,
  accounts,
  onPlaced,
}: KafkaPlace): Promise<RunningKafka> {
  const jars = await kafkaJars();
  const archive = await classArchive(accounts === undefined ? '' : '-guarded');
  const hasArchive = existsSync(archive);
  const newArchive = `${archive}-${process.pid}-${port}`;
  const folder = resolve(dataDir);
  const logFolder = join(folder, 'log');
  const logFile = join(folder, 'kafka.log');
  const properties = join(folder, 'server.properties');
  mkdirSync(logFolder, { recursive: true });
  const isFormatted = existsSync(join(logFolder, FORMATTED));
  const afterKill = isFormatted && !existsSync(join(logFolder, CLEANLY_STOPPED));
  writeFileSync(
    properties,
    serverProperties({ port, controllerPort, logFolder, guarded: accounts !== undefined, afterKill }),
  );
  const jaas = join(folder, 'jaas.conf');
  if (accounts !== undefined) writePrivate(jaas, jaasSettings(accounts));
  writeFileSync(join(folder, 'log4j2.xml'), logSettings(logFile));
  const java = (heap: string, ...args: string[]) => [
    `-Xmx${heap}`,
    '-XX:+UseSerialGC',
    '-XX:+ExitOnOutOfMemoryError',
    // The thorough compiler comes four times later: at a start it takes as much as everything else.
    '-XX:CompileThresholdScaling=4',
    '-Djava.awt.headless=true',
    `-Dlog4j2.configurationFile=${join(folder, 'log4j2.xml')}`,
    ...(accounts === undefined ? [] : [`-Djava.security.auth.login.config=${jaas}`]),
    '-cp',
    [join(jars, '*')].join(delimiter),
    ...args,
  ];
  if (!isFormatted) {
    await run(
      'java',
      java('256m', 'kafka.tools.StorageTool', 'format', '--cluster-id', clusterId(), '--config', properties),
    );
  }
  rmSync(logFile, { force: true });
  const server = await startServerProcess({
    command: 'java',
    args: [
      hasArchive ? `-XX:SharedArchiveFile=${archive}` : `-XX:ArchiveClassesAtExit=${newArchive}`,
      ...java('512m', 'kafka.Kafka', properties),
    ],
    cwd: folder,
    logFile: join(folder, 'kafka.out'),
    truncateLog: true,
    order: 'broker',
    graceMs: GRACE_MS,
  });
  const brokers = [`${LOCAL_HOST}:${port}`];
  onPlaced?.(brokers);
  try {
    await waitUntil(
      `The broker takes requests (see ${logFile})`,
      () => {
        signal?.throwIfAborted();
        if (server.end() !== undefined)
          throw new Error(`The broker ended while it started; ${logFile} says why.`);
        return count(logFile) > 0;
      },
      READY_WITHIN_MS,
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    brokers,
    origin: 'embedded',
    pid: server.pid,
    ended: server.ended,
    stop: async () => {
      await server.stop();
      if (existsSync(newArchive)) renameSync(newArchive, archive);
    },
  };
}
