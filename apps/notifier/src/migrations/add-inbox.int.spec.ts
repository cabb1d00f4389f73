import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { createDataSource, migrate } from '@tollgate/persistence';
import * as servers from '@tollgate/servers';
import { type DataSource } from 'typeorm';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { AddInbox1764240000000 } from './add-inbox.migration.js';
import { NOTIFIER_MIGRATIONS } from './notifier-migrations.js';

jest.setTimeout(60_000);

let database: Awaited<ReturnType<typeof servers.createTestDatabase>>;
let owner: DataSource;

beforeAll(async () => {
  database = await servers.createTestDatabase('notifier_add_inbox', ['notifier']);
  owner = createDataSource({ url: database.url, poolSize: 1, applicationName: 'test' });
  await owner.initialize();
});
afterAll(async () => {
  await owner?.destroy();
  await database.drop();
});

it('what waited before there was an inbox is in it', async () => {
  const before = NOTIFIER_MIGRATIONS.slice(0, NOTIFIER_MIGRATIONS.indexOf(AddInbox1764240000000));
  await migrate({ url: database.url, migrations: before });
  const file = aFile({ plan: [STAGED, aStep(['alice', 'bob'])] }, { requester: 'CI-Bot' });
  const { id } = file.request;
  await owner.query(
    `INSERT INTO approval (request_id, status, step, approvers, data, event_id, opened_at, deadline, mail_owed, votes)
     VALUES ($1, 'pending', 0, '{bob,erin,carol}', $2, $1, now(), now() + interval '1 h', false, 2)`,
    [id, JSON.stringify(file)],
  );
  for (const [number, counted] of [true, false].entries()) {
    await owner.query(
      `INSERT INTO vote (request_id, number, person, count, step, verdict, reason, at, authentication, counted)
       VALUES ($1, $2, $3, 1, 0, 'approve', '', now(), 'link', $4)`,
      [id, number + 1, counted ? 'bob' : 'dave', counted],
    );
  }
  await migrate({ url: database.url, migrations: NOTIFIER_MIGRATIONS });
  const rows = await owner.query<Record<string, unknown>[]>(
    `SELECT waits_for, ARRAY(SELECT unnest(followed_by) ORDER BY 1) AS followed_by, facets, requester FROM approval`,
  );
  expect(rows).toEqual([
    {
      waits_for: ['erin', 'carol'],
      followed_by: ['alice', 'bob', 'bob', 'dave'],
      facets: ['action:deploy_prod', 'environment:production', 'risk:high'],
      requester: 'ci-bot',
    },
  ]);
});
