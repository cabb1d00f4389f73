import 'reflect-metadata';
import { runCli } from './run-cli.js';

const interruption = new AbortController();
// The second Ctrl-C ends the process at once.
process.once('SIGINT', () => interruption.abort());
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of a pipe has seen enough, as in `tollgate topics list | head`.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli({
  args: process.argv.slice(2),
  environment: process.env,
  folder: process.cwd(),
  out: process.stdout,
  err: process.stderr,
  interrupted: interruption.signal,
  now: () => new Date(),
});
