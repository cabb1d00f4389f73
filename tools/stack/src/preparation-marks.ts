import { createHash } from 'node:crypto';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KAFKA_USERS, rightsOf, rightsOfProducer, TOPICS } from '@tollgate/contracts';
import { type Origin, workspaceFolder } from '@tollgate/servers';
import { type DataFolder, readIfThere } from './data-folder.js';
import { DEMO_PRODUCER } from './demo-producer.js';
import { stackSecrets } from './stack-secrets.js';

/** The built files that hold the migrations of all services. */
const MIGRATIONS = ['apps/*/dist/migrations/**/*.js', 'libs/*/dist/**/*.migration.js'];

/**
 * Remembers beside the data of a server what it was prepared with: to find out by asking takes as long as the server's
 * start, and everything that stands on it would have to wait for the answer.
 */
export interface PreparationMark {
  /** Whether the server had all of this at an earlier start. */
  readonly isCurrent: boolean;
  /**
   * Does what it takes for the server to have all of this, unless it is known to.
   * @param origin where the server came from: what became of one elsewhere since the last start is not known here
   */
  ensure(origin: Origin, prepare: () => Promise<void>): Promise<void>;
}

function mark(file: string, content: string): PreparationMark {
  const isCurrent = readIfThere(file) === content;
  return {
    isCurrent,
    ensure: async (origin, prepare) => {
      const isOurs = origin === 'embedded';
      if (isOurs && isCurrent) return;
      await prepare();
      if (isOurs) writeFileSync(file, content);
    },
  };
}

/** Of the databases: their migrations as they are built now, and the passwords of their roles. */
export function databaseMark(folder: DataFolder): PreparationMark {
  const hash = createHash('sha256');
  for (const file of globSync(MIGRATIONS, { cwd: workspaceFolder() }).sort())
    hash.update(`${file}\0`).update(readFileSync(join(workspaceFolder(), file)));
  hash.update(JSON.stringify(stackSecrets(folder).databasePasswords));
  return mark(folder.preparedPostgres, hash.digest('hex'));
}

/** Of the broker: the topics, and its users with their rights and passwords. */
export function brokerMark(
  folder: DataFolder,
  given: { lanes: number; topicPrefix?: string },
): PreparationMark {
  const users = KAFKA_USERS.map((user) => [user, rightsOf(user)]);
  const producer = rightsOfProducer(DEMO_PRODUCER.name);
  const wanted = JSON.stringify([TOPICS, given, users, producer, stackSecrets(folder).kafkaPasswords]);
  return mark(folder.preparedKafka, createHash('sha256').update(wanted).digest('hex'));
}

/** The next start asks broker and database again. */
export function forgetPreparations({ preparedKafka, preparedPostgres }: DataFolder): void {
  for (const file of [preparedKafka, preparedPostgres]) rmSync(file, { force: true });
}
