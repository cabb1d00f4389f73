import { runCli } from '../run-cli.js';

/** What a run of the command line came to. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line as a process would, in a folder, with nothing but this environment. */
export async function runTollgate(
  folder: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Ran> {
  const text = { out: '', err: '' };
  const code = await runCli({
    args,
    environment,
    folder,
    out: { write: (part) => (text.out += part) },
    err: { write: (part) => (text.err += part) },
    interrupted: new AbortController().signal,
    now: () => new Date('2026-11-22T14:00:00.000Z'),
  });
  return { code, ...text };
}
