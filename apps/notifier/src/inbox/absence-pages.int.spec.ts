import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId, type RouteResolved, type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { aFile } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';
import { type Fields, hiddenOf, TestVisitor, type VisitedPage } from '../testing/test-visitor.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;
let visitor: TestVisitor;
let votesCast: TopicEvent<'vote.cast'>[];

beforeAll(async () => {
  service = await TestService.prepare('absence_pages', servers);
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

describe('an absence', () => {
  const PATH = '/inbox/absence';
  const later = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16);
  const idsIn = ({ text }: VisitedPage): string[] =>
    [...text.matchAll(/name="id" value="([^"]*)"/g)].map(([, id = '']) => id);

  it('is declared by name, listed to both, and revoked', async () => {
    const [alice, dave] = [await signIn('alice'), await signIn('dave')];
    const form: Fields = [
      ['to', 'name of dave'],
      ['from', ''],
      ['until', later(3)],
      ['reason', 'on <leave>'],
    ];
    // A double click.
    const answers = await Promise.all([1, 2].map(() => post(PATH, alice.cookie, form)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const mine = await read(`${PATH}?done=declared`, alice.cookie);
    expect(mine.text).toContain('It is declared.');
    expect(mine.text).toContain('on &lt;leave>');
    expect(mine.text).toContain('in force');
    const ids = idsIn(mine);
    expect(ids).toHaveLength(1);
    const theirs = await read(PATH, dave.cookie);
    expect(theirs.text).toContain('You stand for <strong>Name of alice (alice)</strong>');
    expect(idsIn(theirs)).toEqual([]);

    const revoke: Fields = [['id', ids[0] ?? '']];
    const foreign = await post(`${PATH}/revoke`, dave.cookie, revoke);
    expect(foreign).toMatchObject({ status: 422, text: expect.stringContaining('nothing was changed') });
    expect((await post(`${PATH}/revoke`, alice.cookie, revoke, {})).status).toBe(403);
    expect((await post(`${PATH}/revoke`, alice.cookie, revoke)).status).toBe(303);
    expect((await post(`${PATH}/revoke`, alice.cookie, revoke)).status).toBe(303);
    expect(idsIn(await read(PATH, alice.cookie))).toEqual([]);
  });

  it.each([
    ['themselves', { to: 'alice' }, 'Nobody stands for themselves.'],
    ['somebody who has left', { to: 'frank' }, 'The delegate is no active person of the directory.'],
    ['nobody', { to: 'no body' }, 'Nobody with this id, name or mail address is known.'],
    ['a time that is over', { until: '2020-01-01T10:00' }, 'The end must be after the start.'],
    [
      'a request that there is not',
      { request: newRequestId() },
      'There is no such request, or it is not open yet.',
    ],
  ])(
    'of %s is refused in words, with what was typed',
    async (_what, given: Record<string, string>, words) => {
      const { cookie } = await signIn('alice');
      const form = Object.entries({ to: 'dave', until: later(2), reason: 'kept', ...given });
      const answer = await post(PATH, cookie, form);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(words);
      expect(answer.text).toContain('kept</textarea>');
    },
  );

  it('is typed once also where the session has ended', async () => {
    const { cookie, end } = await signIn('alice');
    await end();
    const answer = await post(PATH, cookie, [
      ['to', 'dave'],
      ['until', '2030-01-01T10:00'],
    ]);
    expect(answer).toMatchObject({ status: 401, text: expect.stringContaining('nothing was changed') });
    const signInLink = /href="(\/sign-in\?[^"]*)"/.exec(answer.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const to = new URL(signInLink, service.url).searchParams.get('to') ?? '';
    const again = await read(to, (await signIn('alice')).cookie);
    expect(again.text).toContain('value="2030-01-01T10:00"');
  });

  it('for one request lets the delegate decide it', async () => {
    const [erin, carol] = [await signIn('erin'), await signIn('carol')];
    const [id = ''] = await opened(aFile());
    const page = await read(requestOf(id), erin.cookie);
    expect(page.text).toContain(`/inbox/absence?request=${id}`);
    expect((await read(requestOf(id), carol.cookie)).status).toBe(404);
    const form = await read(`${PATH}?request=${id}`, erin.cookie);
    expect(form.text).toContain('Let somebody else decide');
    const fields = hiddenOf(form, PATH);
    expect((await post(PATH, erin.cookie, [...fields, ['to', 'carol']])).status).toBe(303);
    await servers.waitUntil(
      'the delegate is asked',
      async () => (await read('/inbox', carol.cookie)).text.includes(requestOf(id)),
      WITHIN_MS,
    );
    const path = requestOf(id);
    const seen = await read(path, carol.cookie);
    expect(
      (
        await post(`${path}/decision`, carol.cookie, [
          ...hiddenOf(seen, `${path}/decision`),
          ['verdict', 'approve'],
        ])
      ).status,
    ).toBe(303);
    await servers.waitUntil('it is on record', () => votesAbout(id).length > 0, WITHIN_MS);
    expect(votesAbout(id)).toMatchObject([{ person: 'carol', onBehalfOf: 'erin', counted: true }]);
  });
});
