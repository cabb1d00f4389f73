import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { migrate } from '@tollgate/persistence';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import fc from 'fast-check';
import { Pool } from 'pg';
import { migrations } from '../migrations/migrations.js';
import { queueMessages } from '../tell-producers/queue-messages.js';
import { plainArray, textArray } from './column-arrays.js';
import { withPlannerSettings } from './planner-settings.js';

jest.setTimeout(60_000);

describe('the database of intake', () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await createTestDatabase('intake_database', ['intake']);
    const ran = await Promise.all([1, 2].map(() => migrate({ url: database.url, migrations })));
    expect(ran.map(({ length }) => length).toSorted()).toEqual([0, migrations.length]);
    pool = new Pool({ connectionString: withPlannerSettings(database.roleUrls['intake'] ?? ''), max: 2 });
    // A connection that is still closing when the database is dropped is told so.
    pool.on('error', () => undefined);
  }, 30_000);
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('takes columns of any text as one parameter', async () => {
    const texts = fc.array(fc.option(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (values) => {
        const { rows } = await pool.query('SELECT to_json($1::text[]) AS back', [textArray(values)]);
        expect(rows[0].back).toEqual(values);
      }),
      { numRuns: 25 },
    );
    const { rows } = await pool.query('SELECT $1::uuid[] = ARRAY[$2, $3]::uuid[] AS same', [
      plainArray(['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']),
      '00000000-0000-4000-8000-000000000001',
      '00000000-0000-4000-8000-000000000002',
    ]);
    expect(rows[0].same).toBe(true);
  }, 20_000);

  it('plans by index from the first row on', async () => {
    // One id at least: whatever is asked of none is implied, and then any partial index would do.
    const ids = plainArray(['00000000-0000-4000-8000-000000000001']);
    const { rows } = await pool.query('EXPLAIN SELECT 1 FROM request WHERE id = ANY ($1::uuid[])', [ids]);
    expect(JSON.stringify(rows)).toMatch(/request_pkey/);
  });

  it.each(['end', 'changes'] as const)(
    'reads nothing to tell producers (%s) while nobody has a webhook',
    async (told) => {
      const { rows } = await pool.query(
        `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)
         WITH ended AS (SELECT id AS request_id, producer, 'request.denied' AS type FROM request),
           queued AS (${queueMessages('ended', told)})
         SELECT 1`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/One-Time Filter/);
      expect(plan).toMatch(/on request .*never executed/);
    },
  );

  it.each([
    'UPDATE request SET action = action',
    'DELETE FROM request',
    'UPDATE stage SET data = data',
    'DELETE FROM stage',
    `UPDATE outcome SET status = 'released'`,
    'DELETE FROM outcome',
    'TRUNCATE outcome',
    'DELETE FROM policy_revision',
    'UPDATE api_key SET scopes = scopes',
    'DROP TABLE outcome',
  ])('does not let the service rewrite history: %s', async (statement) => {
    await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});
