import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Stack } from '@tollgate/stack';
import { call } from './intake-client.js';

const run = promisify(execFile);

/** What of the shared system can be told to another process. */
type SharedParts = Omit<
  Stack,
  | 'pid'
  | 'ready'
  | 'kill'
  | 'restart'
  | 'killBroker'
  | 'startBroker'
  | 'killSignIn'
  | 'startSignIn'
  | 'killEverything'
  | 'stop'
>;

/** Asks the process of Jest for what is made once in a run; see tools/stack/src/jest-systems.mjs. */
async function made<What>(name: 'prepared' | 'shared'): Promise<What> {
  const door = process.env['TOLLGATE_TEST_SYSTEMS'];
  if (door === undefined)
    throw new Error(
      'End-to-end tests get their systems from the Jest project "e2e": run them with `npm run test:e2e`.',
    );
  const { status, body } = await call<What>(`${door}/${name}`);
  if (status !== 200) throw new Error(`what was to be ${name} for all could not be made`);
  return body;
}

/** Fills a folder with the data of a system in which nothing has happened yet. */
export async function copyPrepared(dataDir: string): Promise<void> {
  const { dataDir: prepared } = await made<{ dataDir: string }>('prepared');
  // With its owners: Postgres may run as a user of its own.
  await run('cp', ['-a', `${prepared}/.`, dataDir]);
}

const refuse = (): never => {
  throw new Error(
    'The shared system is left as it is: what looks at or ends its processes has a system of its own.',
  );
};

/** The system that many spec files use at the same time, started when the first of them asks. */
export async function sharedStack(): Promise<Stack> {
  return {
    ...(await made<SharedParts>('shared')),
    pid: refuse,
    ready: refuse,
    kill: refuse,
    restart: refuse,
    killBroker: refuse,
    startBroker: refuse,
    killSignIn: refuse,
    startSignIn: refuse,
    killEverything: refuse,
    stop: refuse,
  };
}
