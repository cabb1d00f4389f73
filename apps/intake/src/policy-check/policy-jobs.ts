import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { Problem, unavailable } from '@tollgate/runtime';
import { doPolicyJob, type PolicyAnswer, type PolicyJob } from './policy-job.js';

/** What a job may take. */
export interface JobLimits {
  /** Milliseconds, from the start of its process on. */
  readonly time: number;
  /** Of its process' heap, in MiB. */
  readonly memory: number;
}

// Of the time most is for a busy machine: the largest valid documents take a few seconds of a core.
const LIMITS: JobLimits = { time: 30_000, memory: 512 };
/** Jobs that wait for the one that runs; further ones are sent away. */
const MAX_WAITING = 4;
/** A deactivation in documents of so many UTF-16 units takes milliseconds, less than a process needs to start. */
const SMALL = 256 * 1024;
/** A process runs what was built, whether this file is run as a source, built or bundled. */
const ENTRY = fileURLToPath(import.meta.url).replace(
  /\/(apps\/intake\/(src|dist)\/policy-check|dist\/intake)\/[^/]+$/,
  '/apps/intake/dist/policy-check/policy-job.process.js',
);

const tooCostly = (limit: string): Problem =>
  new Problem(422, 'too-costly', 'The documents are too costly to check', {
    detail: `Checking them takes more than ${limit}. Make them smaller or simpler.`,
  });

const OUT_OF_MEMORY = /heap out of memory|heap limit/;

/**
 * Does work on policy documents beside this process, which goes on answering; one job at a time, each in a new process
 * with bounds on time and memory. Not in a thread: one that meets the bound on its heap can take the whole process
 * with it. The process is given the documents, and nothing of the environment.
 */
export class PolicyJobs {
  readonly #limits: JobLimits;
  #last: Promise<unknown> = Promise.resolve();
  #open = 0;
  #running: ChildProcessWithoutNullStreams | undefined;
  #stopped = false;

  constructor(limits: JobLimits = LIMITS) {
    this.#limits = limits;
  }

  /** @throws Problem 422 for a job that takes too long or too much memory, 503 when too many wait */
  async run(job: PolicyJob): Promise<PolicyAnswer> {
    const { policy, directory } = job.ruling;
    if (job.kind === 'deactivation' && policy.length + directory.length <= SMALL) return doPolicyJob(job);
    if (this.#open > MAX_WAITING)
      throw unavailable('Other policy documents are being checked; try again.', 5);
    this.#open += 1;
    const answer = this.#last.then(() => this.#runAlone(job));
    this.#last = answer.catch(() => undefined).finally(() => (this.#open -= 1));
    return answer;
  }

  /** Ends the job that runs; whoever waits for one is told that the service stops. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#running?.kill('SIGKILL');
    await this.#last;
  }

  async #runAlone(job: PolicyJob): Promise<PolicyAnswer> {
    if (this.#stopped) throw unavailable('The service is stopping; try again.');
    const { time, memory } = this.#limits;
    const child = spawn(process.execPath, [`--max-old-space-size=${memory}`, ENTRY], { env: {} });
    this.#running = child;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, time);
    // A process that ends early does not read its input; its end says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(serialize(job));
    try {
      const [[code], output, complaint] = await Promise.all([
        once(child, 'close'),
        buffer(child.stdout),
        buffer(child.stderr),
      ]);
      if (code === 0) return deserialize(output);
      if (isLate) throw tooCostly(`${time / 1000} seconds`);
      if (this.#stopped) throw unavailable('The service is stopping; try again.');
      const words = complaint.toString('utf8').slice(0, 2_000);
      throw OUT_OF_MEMORY.test(words)
        ? tooCostly(`${memory} MiB of memory`)
        : new Error(`the check of a policy ended with ${code}: ${words}`);
    } finally {
      clearTimeout(timer);
      this.#running = undefined;
    }
  }
}
