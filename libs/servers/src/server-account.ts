import { execFile } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The user that runs Postgres where the stack itself runs as root, which Postgres refuses to run as. */
const ACCOUNT = 'postgres';

/** As whom a server runs. */
export interface ServerAccount {
  /** How a program is run as that user. */
  command(
    program: string,
    args: readonly string[],
  ): { command: string; args: string[]; uid?: number; gid?: number };
  /** Gives a file or folder to that user. */
  own(path: string): void;
}

const AS_OURSELVES: ServerAccount = {
  command: (program, args) => ({ command: program, args: [...args] }),
  own: () => undefined,
};

/** The first folder on the way to a path that other users may not enter, or nothing. */
function closedFolder(path: string): string | undefined {
  const parent = dirname(path);
  const above = parent === path ? undefined : closedFolder(parent);
  if (above !== undefined) return above;
  const stats = statSync(path);
  return stats.isDirectory() && (stats.mode & 0o001) === 0 ? path : undefined;
}

async function accountIds(): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await run('id', [flag, ACCOUNT])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', ACCOUNT]);
    return { uid: await id('-u'), gid: await id('-g') };
  }
}

/**
 * As whom a server runs that refuses to run as root: as ourselves, or as `postgres` where we are root. A workspace
 * below a folder that only root may enter is no obstacle: the server keeps the one right to enter it.
 *
 * @param paths what the server must reach
 * @throws Error when that user cannot reach them, with the folder in the way
 */
export async function serverAccount(paths: readonly string[]): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) return AS_OURSELVES;
  const { uid, gid } = await accountIds();
  const own = (path: string) => chownSync(path, uid, gid);
  const closed = paths.map(closedFolder).find((folder) => folder !== undefined);
  if (closed === undefined)
    return { own, command: (program, args) => ({ command: program, args: [...args], uid, gid }) };
  // Without the last flag the right would not count for access(2), by which initdb looks for its companions.
  const rights = [
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
  const change = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...rights, '--'];
  try {
    await run('setpriv', [...change, 'true']);
  } catch (cause) {
    throw new Error(
      `Postgres does not run as root, and the user ${ACCOUNT} may not enter ${closed}. ` +
        'Work as another user, or in a folder that all users may enter.',
      { cause },
    );
  }
  return { own, command: (program, args) => ({ command: 'setpriv', args: [...change, program, ...args] }) };
}
