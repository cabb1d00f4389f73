import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RouteResolved, type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { aFile, aStep } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';
import { type Fields, hiddenOf, TestVisitor } from '../testing/test-visitor.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;
let visitor: TestVisitor;
let votesCast: TopicEvent<'vote.cast'>[];

beforeAll(async () => {
  service = await TestService.prepare('several_pages', servers);
  await service.start();
  votesCast = await service.listen('vote.cast');
  visitor = await TestVisitor.prepare(service);
});
afterAll(async () => {
  await visitor?.drop();
  await service.drop();
});

const signIn: TestVisitor['signIn'] = (...given) => visitor.signIn(...given);
const read: TestVisitor['read'] = (...given) => visitor.read(...given);
const post: TestVisitor['post'] = (...given) => visitor.post(...given);

async function opened(...files: RouteResolved[]): Promise<string[]> {
  const ids = await visitor.route(...files);
  await servers.waitUntil('all are open', () => visitor.areOpen(ids), WITHIN_MS);
  return ids;
}

const votesAbout = (id: string) =>
  votesCast.filter(({ subject }) => subject === id).map(({ data }) => data.vote);
const requestOf = (id: string): string => `/inbox/requests/${id}`;
const severalOf = (ids: string[]): string =>
  `/inbox/several?${new URLSearchParams(ids.map((id) => ['id', id])).toString()}`;
const DECIDE_SEVERAL = '/inbox/several/decision';

describe('several at once', () => {
  const alike = (persons = ['erin'], timeout = 'PT4H') =>
    aFile({ plan: [aStep(persons, { timeout })], signIn: 'signed-in', rule: 'deploys' });

  it('lists exactly what is decided, decides each by itself, and tells of each; twice is once', async () => {
    const { cookie } = await signIn('erin');
    const files = [alike(), alike(), alike(['erin', 'bob'])];
    const ids = await opened(...files);
    const page = await read(severalOf(ids), cookie);
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Decide 3 together') });
    for (const { request } of files) expect(page.text).toContain(request.contentHash);
    expect(page.text).not.toMatch(/ checked/);
    const fields = hiddenOf(page, DECIDE_SEVERAL);

    expect((await post(DECIDE_SEVERAL, cookie, [...fields, ['reason', 'kept']])).text).toContain(
      'kept</textarea>',
    );
    expect(await service.votesOnRecord(ids[0] ?? '')).toBe(0);

    // Meanwhile somebody else decides one of them.
    const bob = await signIn('bob');
    const path = requestOf(ids[2] ?? '');
    await post(`${path}/decision`, bob.cookie, [
      ...hiddenOf(await read(path, bob.cookie), `${path}/decision`),
      ['verdict', 'deny'],
    ]);
    const said: Fields = [...fields, ['verdict', 'approve'], ['reason', 'all fine']];
    for (const result of await Promise.all([1, 2].map(() => post(DECIDE_SEVERAL, cookie, said)))) {
      expect(result.status).toBe(200);
      expect(result.text).toContain('2 of 3 count');
      expect(result.text.match(/It is approved now/g)).toHaveLength(2);
      expect(result.text).toContain('came too late');
    }
    await servers.waitUntil(
      'all are on record',
      () => ids.every((id) => votesAbout(id).length > 0),
      WITHIN_MS,
    );
    for (const id of ids.slice(0, 2))
      expect(votesAbout(id)).toMatchObject([
        { verdict: 'approve', reason: 'all fine', authentication: 'signed-in' },
      ]);
    // The same view is good for nothing else.
    const other: Fields = [...fields, ['verdict', 'deny'], ['reason', 'on second thought']];
    expect((await post(DECIDE_SEVERAL, cookie, other)).text).toContain('0 of 3 count');
  });

  it('takes no other requests than those that were shown, and no other content', async () => {
    const { cookie } = await signIn('erin');
    const [one = '', two = ''] = await opened(alike(), alike());
    const fields = hiddenOf(await read(severalOf([one]), cookie), DECIDE_SEVERAL);
    const foreign = hiddenOf(await read(severalOf([two]), cookie), DECIDE_SEVERAL).filter(
      ([name]) => name === 'request',
    );
    const verdict: Fields = [['verdict', 'approve']];
    for (const changed of [
      [...fields, ...foreign],
      fields.map(([name, value]): [string, string] => [
        name,
        name === 'request' ? value.replace(/.{64}$/, '0'.repeat(64)) : value,
      ]),
      fields.filter(([name]) => name !== 'view'),
      fields.filter(([name]) => name !== 'request'),
    ])
      expect((await post(DECIDE_SEVERAL, cookie, [...changed, ...verdict])).status).toBe(409);
    expect([await service.votesOnRecord(one), await service.votesOnRecord(two)]).toEqual([0, 0]);
  });

  it('offers what is not alike kind by kind, and leaves out what needs a passkey', async () => {
    const { cookie } = await signIn('erin', 0, 'passkey');
    const [one = '', two = '', critical = ''] = await opened(alike(), aFile(), aFile({ signIn: 'passkey' }));
    const mixed = await read(severalOf([one, two]), cookie);
    expect(mixed.text).toContain('These are not alike');
    expect(mixed.text).not.toContain(`action="${DECIDE_SEVERAL}"`);
    const left = await read(severalOf([one, critical]), cookie);
    expect(left.text).toContain('Decide 1 together');
    expect(left.text).toContain('It needs your passkey');
    expect(hiddenOf(left, DECIDE_SEVERAL).filter(([name]) => name === 'request')).toHaveLength(1);
  });

  it('asks for a reason where the policy does for one of them, before anything is cast', async () => {
    const { cookie } = await signIn('erin');
    const strict = aFile({
      plan: [aStep(['erin'], { reasonFor: ['deny'] })],
      signIn: 'signed-in',
      rule: 'deploys',
    });
    const ids = await opened(alike(), strict);
    const page = await read(severalOf(ids), cookie);
    expect(page.text).toContain('Needed if you deny.');
    const fields = hiddenOf(page, DECIDE_SEVERAL);
    const answer = await post(DECIDE_SEVERAL, cookie, [...fields, ['verdict', 'deny'], ['reason', ' ']]);
    expect(answer).toMatchObject({
      status: 422,
      text: expect.stringContaining('A reason is needed with deny.'),
    });
    expect(await service.votesOnRecord(ids[0] ?? '')).toBe(0);
    const counted = await post(DECIDE_SEVERAL, cookie, [...fields, ['verdict', 'deny'], ['reason', 'no']]);
    expect(counted.text).toContain('You denied 2 of 2 requests.');
  });

  it('asks for a recent sign-in instead of a decision that would not count', async () => {
    const old = await signIn('erin', 3 * 60);
    const ids = await opened(alike(), alike());
    const page = await read(severalOf(ids), old.cookie);
    expect(page.text).toContain('ask for a recent sign-in');
    expect(page.text).not.toContain(`action="${DECIDE_SEVERAL}"`);
  });

  it('keeps what was written where the session has ended', async () => {
    const { cookie, end } = await signIn('erin');
    const ids = await opened(alike(), alike());
    const fields = hiddenOf(await read(severalOf(ids), cookie), DECIDE_SEVERAL);
    await end();
    const kept = await post(DECIDE_SEVERAL, cookie, [
      ...fields,
      ['verdict', 'deny'],
      ['reason', 'because of x'],
    ]);
    expect(kept).toMatchObject({ status: 401, text: expect.stringContaining('because of x</textarea>') });
    const again = await signIn('erin');
    const fresh = await post(DECIDE_SEVERAL, again.cookie, [
      ...hiddenOf(kept, DECIDE_SEVERAL),
      ['reason', 'because of x'],
    ]);
    expect(fresh).toMatchObject({ status: 409, text: expect.stringContaining('because of x</textarea>') });
    expect(hiddenOf(fresh, DECIDE_SEVERAL).filter(([name]) => name === 'request')).toHaveLength(2);
    expect(await service.votesOnRecord(ids[0] ?? '')).toBe(0);
  });
});
