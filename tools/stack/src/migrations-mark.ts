import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolder } from '@tollgate/servers';
import { readIfThere } from './data-folder.js';

/** The built files that hold the migrations of all services. */
const MIGRATIONS = ['apps/*/dist/migrations/**/*.js', 'libs/*/dist/**/*.migration.js'];

/** A hash over all migrations as they are built now. */
function migrationsHash(): string {
  const hash = createHash('sha256');
  for (const file of globSync(MIGRATIONS, { cwd: workspaceFolder() }).sort())
    hash.update(`${file}\0`).update(readFileSync(join(workspaceFolder(), file)));
  return hash.digest('hex');
}

/**
 * Runs the migrations unless these very ones have run on this data before: to find out by starting a process per
 * service takes as long as starting the broker.
 * @param mark the file, beside the data of the database, that remembers which ones ran
 */
export async function migrateOnce(mark: string, migrate: () => Promise<void>): Promise<void> {
  const hash = migrationsHash();
  if (readIfThere(mark) === hash) return;
  await migrate();
  writeFileSync(mark, hash);
}
