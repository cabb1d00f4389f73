import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RequestStatusDocument } from '@tollgate/contracts';
import { exampleBody } from '../testing/example.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

jest.setTimeout(60_000);

describe('the list of requests', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let key: string;
  let otherKey: string;
  let readerKey: string;

  const get = (id: string) => intake.call(`/v1/requests/${id}`, { key });

  beforeAll(async () => {
    system = await TestSystem.create('list');
    intake = await system.start();
    key = await system.producer(intake, 'ci-bot', 'alice');
    otherKey = await system.producer(intake, 'other-bot', 'bob');
    const { body } = await intake.call<{ key: string }>('/v1/producers/other-bot/keys', {
      key: OPERATOR_KEY,
      body: { scopes: ['requests:read'] },
    });
    readerKey = body.key;
  });
  afterAll(() => system.destroy());

  interface Page {
    items: RequestStatusDocument[];
    next?: string;
  }
  const list = (query: Record<string, string>, by = key) =>
    intake.call<Page>(`/v1/requests?${new URLSearchParams(query).toString()}`, { key: by });

  it('comes newest first, page after page, each once, while new ones come in', async () => {
    const environment = 'paging';
    const made: string[] = [];
    for (let count = 0; count < 7; count++)
      made.push((await system.submit(intake, key, exampleBody({ environment }))).id);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { status, headers, body } = await list({
        environment,
        limit: '3',
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(status).toBe(200);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.next;
      if (cursor === undefined) expect(headers.get('link')).toBeNull();
      else expect(headers.get('link')).toContain(`cursor=${cursor}`);
      await system.submit(intake, key, exampleBody({ environment }));
    } while (cursor !== undefined);
    expect(seen).toEqual(made.toReversed());
  });

  it("is one's own, or everybody's with the scope", async () => {
    const environment = 'whose';
    const [mine, theirs] = [
      await system.submit(intake, key, exampleBody({ environment })),
      await system.submit(intake, otherKey, exampleBody({ environment })),
    ];
    const ids = async (by: string) => (await list({ environment }, by)).body.items.map(({ id }) => id);
    expect(await ids(key)).toEqual([mine.id]);
    expect(await ids(otherKey)).toEqual([theirs.id]);
    expect(await ids(readerKey)).toEqual([theirs.id, mine.id]);
    expect(
      (await list({ environment, requester: 'ci-bot' }, readerKey)).body.items.map(({ id }) => id),
    ).toEqual([mine.id]);
  });

  it('is filtered by status and action', async () => {
    const environment = 'filters';
    const pending = await system.submit(intake, key, exampleBody({ environment, action: 'deploy_ci' }));
    const withdrawn = await system.submit(intake, key, exampleBody({ environment }));
    await intake.call(`/v1/requests/${withdrawn.id}/withdraw`, { key, method: 'POST' });
    const ids = async (query: Record<string, string>) =>
      (await list({ environment, ...query })).body.items.map(({ id }) => id);
    expect(await ids({ status: 'pending' })).toEqual([pending.id]);
    expect(await ids({ status: 'cancelled' })).toEqual([withdrawn.id]);
    expect(await ids({ status: 'approved' })).toEqual([]);
    expect(await ids({ action: 'deploy_ci' })).toEqual([pending.id]);
    expect((await list({ environment })).body.items[0]).toEqual((await get(withdrawn.id)).body);
  });

  it('is refused for a query that is not valid', async () => {
    expect(await intake.call('/v1/requests?status=nice&limit=1000', { key })).toMatchObject({
      status: 400,
      body: {
        type: 'https://tollgate.dev/problems/invalid-query',
        errors: [{ pointer: '/status' }, { pointer: '/limit' }],
      },
    });
    expect(await intake.call('/v1/requests')).toMatchObject({ status: 401 });
  });
});
