/**
 * How long review pages take on the server, with few and with many approvals pending. Needs the servers of the
 * integration tests, with their two settings in the environment:
 *
 *   node tools/stack/test-servers.mjs          (in another terminal; prints the settings)
 *   node apps/notifier/bench/page-bench.mjs [--pending 100000] [--reads 1000]
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import * as servers from '@tollgate/servers';
import pg from 'pg';
import { aFile, aStep, routed } from '../dist/testing/routes.js';
import { TestService } from '../dist/testing/test-service.js';

const { values } = parseArgs({
  options: { pending: { type: 'string', default: '100000' }, reads: { type: 'string', default: '1000' } },
});
const PENDING = Number(values.pending);
const READS = Number(values.reads);
const APPROVERS = ['erin', 'bob', 'carol', 'dave'];
const CHUNK = 10_000;

const service = await TestService.prepare('page_bench', servers);
const admin = new pg.Client({ connectionString: service.database.adminUrl });
try {
  await service.start({ PAGES_PER_MINUTE: '0', VOTES_PER_MINUTE: '0' });
  await admin.connect();
  const file = aFile({ plan: [aStep(APPROVERS, { quorum: { kind: 'majority', from: ['role:cto'] } })] });
  await service.send('route.resolved', routed(file));
  await servers.waitUntil(
    'the first one is open',
    async () => (await service.pendingOnRecord()).length > 0,
    20_000,
  );
  const { rows } = await admin.query(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_name = 'approval' AND is_generated = 'NEVER' ORDER BY ordinal_position`,
  );
  const columns = rows.map(({ name }) => name);
  const copied = columns.map((name) => {
    if (name === 'request_id') return 'fresh.id';
    if (name === 'data') return 'replace(data, request_id::text, fresh.id::text)';
    if (name === 'mail_owed') return 'false';
    if (name === 'deadline') return `deadline + random() * interval '10 days'`;
    return `approval.${name}`;
  });
  const links = [];
  /** As if these had been routed: copies of the first one, with links for one approver each. */
  const addPending = async (count) => {
    for (let from = 0; from < count; from += CHUNK) {
      const made = Array.from({ length: Math.min(CHUNK, count - from) }, () => ({
        id: randomUUID(),
        token: randomBytes(32).toString('base64url'),
      }));
      await admin.query(
        `INSERT INTO approval (${columns.join(', ')}) SELECT ${copied.join(', ')}
         FROM approval, unnest($2::uuid[]) AS fresh (id) WHERE request_id = $1`,
        [file.request.id, made.map(({ id }) => id)],
      );
      await admin.query(
        `INSERT INTO review_link (token_sha256, request_id, person)
         SELECT hash, id, 'erin' FROM unnest($1::bytea[], $2::uuid[]) AS fresh (hash, id)`,
        [made.map(({ token }) => createHash('sha256').update(token).digest()), made.map(({ id }) => id)],
      );
      links.push(...made);
    }
    await admin.query('ANALYZE');
  };
  const readPage = async ({ token, id }) => {
    const began = performance.now();
    const response = await fetch(`${service.url}/review/${token}`);
    const text = await response.text();
    if (response.status !== 200 || !text.includes('Your approval is asked'))
      throw new Error(`${id} answered ${response.status}`);
    return performance.now() - began;
  };
  const someone = () => links[Math.floor(Math.random() * links.length)];
  const quantile = (sorted, q) => Number(sorted[Math.floor(q * (sorted.length - 1))].toFixed(1));
  const measure = async (readers) => {
    const times = [];
    const began = performance.now();
    await Promise.all(
      Array.from({ length: readers }, async () => {
        while (times.length < READS) times.push(await readPage(someone()));
      }),
    );
    const perSecond = Math.round((times.length * 1000) / (performance.now() - began));
    times.sort((a, b) => a - b);
    return {
      pending: links.length,
      readers,
      p50Ms: quantile(times, 0.5),
      p95Ms: quantile(times, 0.95),
      p99Ms: quantile(times, 0.99),
      slowestMs: quantile(times, 1),
      perSecond,
    };
  };
  const figures = [];
  await addPending(Math.min(1000, PENDING));
  await measure(1);
  figures.push(await measure(1), await measure(8));
  await addPending(PENDING - links.length);
  figures.push(await measure(1), await measure(8));
  console.table(figures);
} finally {
  await admin.end();
  await service.drop();
}
