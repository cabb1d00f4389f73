import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The places below the folder in which a stack keeps all that outlives it. */
export interface DataFolder {
  readonly root: string;
  readonly kafka: string;
  readonly postgres: string;
  readonly mailbox: string;
  readonly logs: string;
  readonly keys: string;
  /** Passwords and keys made once; readable to their owner alone. */
  readonly secrets: string;
  /** What the command line needs to reach the stack. */
  readonly credentials: string;
  /** The processes of the stack that runs on this folder. */
  readonly running: string;
  /** What broker and database were prepared with; each beside the data that it speaks of. */
  readonly preparedKafka: string;
  readonly preparedPostgres: string;
}

/** @returns the places below a data folder */
export function dataFolder(root: string): DataFolder {
  const folder = resolve(root);
  return {
    root: folder,
    kafka: join(folder, 'kafka'),
    postgres: join(folder, 'postgres'),
    mailbox: join(folder, 'mailbox'),
    logs: join(folder, 'logs'),
    keys: join(folder, 'keys'),
    secrets: join(folder, 'secrets.json'),
    credentials: join(folder, 'credentials.json'),
    running: join(folder, 'running.json'),
    preparedKafka: join(folder, 'kafka', 'prepared'),
    preparedPostgres: join(folder, 'postgres', 'prepared'),
  };
}

/**
 * Makes the folder; with `fresh`, removes what earlier stacks have left in it, and nothing else that lies there.
 */
export function prepareDataFolder(folder: DataFolder, fresh: boolean): void {
  if (fresh) {
    for (const place of [
      folder.kafka,
      folder.postgres,
      folder.mailbox,
      folder.logs,
      folder.keys,
      folder.secrets,
      folder.credentials,
    ]) {
      rmSync(place, { recursive: true, force: true });
    }
  }
  for (const place of [folder.root, folder.logs, folder.keys]) mkdirSync(place, { recursive: true });
}

/** @returns the text of a file, or nothing when there is no such file */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
