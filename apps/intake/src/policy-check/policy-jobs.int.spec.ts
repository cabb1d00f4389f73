import { afterEach, describe, expect, it } from '@jest/globals';
import { Problem } from '@tollgate/runtime';
import { type PolicyAnswer, type PolicyJob } from './policy-job.js';
import { PolicyJobs } from './policy-jobs.js';

const ruling = { revision: 1, documentHash: '0'.repeat(64), policy: '{}', directory: '{"people":{}}' };
const job = (body: string): PolicyJob => ({ kind: 'proposal', body: Buffer.from(body), ruling });
/** A body of so many numbers, which all have to be read and checked. */
const large = (count: number): string =>
  `{"policy":{"x":[${Array.from({ length: count }, () => '1').join()}]}}`;

const slugOf = (answer: Promise<PolicyAnswer>): Promise<string> =>
  answer.then(
    ({ kind }) => kind,
    (error: unknown) => (error instanceof Problem ? error.slug : String(error)),
  );

/** Processes run what was built: see jest-servers.mjs. */
describe('work on policy documents in a process of its own', () => {
  let jobs: PolicyJobs;
  afterEach(() => jobs.stop());

  it('is answered, also beside a job that is cut off', async () => {
    jobs = new PolicyJobs();
    const answers = await Promise.all(
      [job('{'), job('[]'), job('{"policy":{}}')].map((one) => jobs.run(one)),
    );
    expect(answers.map(({ kind }) => kind)).toEqual(['unreadable', 'invalid', 'invalid']);
  });

  it('is refused when it takes too long, and the next job is done all the same', async () => {
    jobs = new PolicyJobs({ time: 1, memory: 512 });
    expect(await slugOf(jobs.run(job(large(1_000_000))))).toBe('too-costly');
    expect(await slugOf(jobs.run(job('{')))).toBe('too-costly');
    jobs = new PolicyJobs();
    expect(await slugOf(jobs.run(job('{')))).toBe('unreadable');
  });

  it('is refused when it takes too much memory', async () => {
    jobs = new PolicyJobs({ time: 60_000, memory: 48 });
    expect(await slugOf(jobs.run(job(large(4_000_000))))).toBe('too-costly');
    expect(await slugOf(jobs.run(job('{')))).toBe('unreadable');
  });

  it('is sent away when too much waits', async () => {
    jobs = new PolicyJobs();
    const answers = await Promise.all(Array.from({ length: 8 }, () => slugOf(jobs.run(job('{')))));
    expect(answers.filter((slug) => slug === 'unavailable')).toHaveLength(3);
    expect(answers.filter((slug) => slug === 'unreadable')).toHaveLength(5);
  });

  it('ends with the service', async () => {
    jobs = new PolicyJobs();
    const running = slugOf(jobs.run(job(large(4_000_000))));
    await jobs.stop();
    expect(await slugOf(jobs.run(job('{')))).toBe('unavailable');
    expect(['unavailable', 'too-costly']).toContain(await running);
  });
});
