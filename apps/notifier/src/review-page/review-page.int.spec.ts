import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { formOf, openedLink, post, read } from '../testing/page-reader.js';
import { TestService } from '../testing/test-service.js';

const WITHIN_MS = 20_000;
/** Each test asks the same few people by mail. */
const EVERY_MAIL = { MAILS_PER_PERSON_PER_HOUR: '0' };

jest.setTimeout(60_000);

let service: TestService;
let decisions: TopicEvent<'decision.made'>[];
let votesCast: TopicEvent<'vote.cast'>[];

beforeAll(async () => {
  service = await TestService.prepare('page', servers);
  await service.start(EVERY_MAIL);
  decisions = await service.listen('decision.made');
  votesCast = await service.listen('vote.cast');
});
afterAll(() => service.drop());

const linkTo = (person: string, file: ReturnType<typeof aFile>): Promise<string> =>
  openedLink(service, servers, person, file);

const decidedAbout = (id: string) =>
  decisions.filter(({ subject }) => subject === id).map(({ data }) => data.decision);
const votesAbout = (id: string) => votesCast.filter(({ subject }) => subject === id);

describe('the review page', () => {
  it('shows everything that is asked, and what hides in it', async () => {
    const file = aFile(
      { plan: [aStep(['erin', 'bob'])], preflight: [{ guardrail: 'allowed-regions', verdict: 'blocked' }] },
      {
        reason: 'please <script>alert(1)</script> \u202Egpj',
        parameters: { version: '2026.11.4', note: '</pre><b>' },
      },
    );
    const page = await read(await linkTo('erin', file));
    expect(page.status).toBe(200);
    for (const shown of [
      'deploy_prod',
      'production',
      'Name of alice (alice)',
      'A cto decides',
      file.request.contentHash,
      '2026.11.4',
      'eu-west',
      'Name of bob (bob)',
      'allowed-regions',
      'If nobody decides until then, the request is denied.',
      '(Europe/Berlin)',
      '⟦U+202E⟧gpj',
      '&lt;script>alert(1)&lt;/script>',
    ]) {
      expect(page.text).toContain(shown);
    }
    expect(page.text).not.toMatch(
      /<script(?! type="module" src="\/assets\/)|\u202E|<\/pre><b>|checked|https?:\/\//,
    );
  });

  it('is kept by nobody, framed by nobody, and loads nothing from elsewhere', async () => {
    const link = await linkTo('erin', aFile());
    const plain =
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    for (const [page, policy] of [
      [await read(link), `${plain}; script-src 'self'; connect-src 'self'`],
      [await read(`${link}x`), plain],
    ] as const) {
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('referrer-policy')).toBe('no-referrer');
      expect(page.headers.get('content-security-policy')).toBe(policy);
    }
  });

  it('loads styles and a script that may be kept for ever, as their addresses change with them', async () => {
    const page = await read(await linkTo('erin', aFile()));
    const assets = [...page.text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    expect(assets.map((path) => path.split('.').at(-1))).toEqual(['css', 'css', 'mjs']);
    for (const path of assets) {
      const asset = await read(`${service.url}${path}`);
      expect(asset.status).toBe(200);
      expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(asset.headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/);
      const older = await read(`${service.url}${path.replace(/[0-9a-f]{16}/, '0'.repeat(16))}`);
      expect([older.status, older.headers.get('cache-control'), older.text]).toEqual([
        200,
        'no-store',
        asset.text,
      ]);
    }
    expect((await read(`${service.url}/assets/passwd.${'0'.repeat(16)}.css`)).status).toBe(404);
  });

  it('changes nothing by being read, however often and in whatever way', async () => {
    const file = aFile();
    const link = await linkTo('erin', file);
    await read(link);
    await read(link, { method: 'HEAD' });
    await read(`${link}?verdict=approve`);
    await read(link, { headers: { purpose: 'prefetch' } });
    expect((await read(`${link}/decision`)).status).toBe(303);
    expect((await read(`${link}/events`, { method: 'HEAD' })).status).toBe(204);
    expect(await read(link)).toMatchObject({
      status: 200,
      text: expect.stringContaining('Your approval is asked'),
    });
    expect(await service.votesOnRecord(file.request.id)).toBe(0);
  });

  it('takes a decision, says what happened, and says it again to whoever comes back', async () => {
    const file = aFile();
    const link = await linkTo('erin', file);
    const page = await read(link);
    const answer = await post(link, formOf(page, { verdict: 'deny', reason: 'not on a Friday\r\nplease' }));
    expect(answer.status).toBe(303);
    expect(new URL(answer.headers.get('location') ?? '', service.url).href).toBe(link);
    const after = await read(link);
    expect(after.text).toContain('Decided: denied');
    expect(after.text).toContain('You said <strong>deny</strong>');
    expect(after.text).not.toContain('<form');
    await servers.waitUntil('it is decided', () => decidedAbout(file.request.id).length > 0, WITHIN_MS);
    expect(decidedAbout(file.request.id)[0]).toMatchObject({
      outcome: 'denied',
      votes: [{ person: 'erin', authentication: 'link', reason: 'not on a Friday\nplease' }],
    });
    // The back button, a second tab, a double click.
    expect(
      (await post(link, formOf(page, { verdict: 'deny', reason: 'not on a Friday\r\nplease' }))).status,
    ).toBe(303);
    expect(await service.votesOnRecord(file.request.id)).toBe(1);
  });

  it('decides nothing without a verdict, says so, and keeps what was written', async () => {
    const file = aFile();
    const link = await linkTo('erin', file);
    const answer = await post(link, formOf(await read(link), { reason: 'I was about to' }));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(
      'You have not chosen between Approve, Deny and Abstain. Nothing was decided.',
    );
    expect(answer.text).toContain('I was about to</textarea>');
    expect(await read(link)).toMatchObject({ text: expect.stringContaining('Your approval is asked') });
    expect(await service.votesOnRecord(file.request.id)).toBe(0);
  });

  it('marks the verdicts that need a reason, and takes none of them without', async () => {
    const file = aFile({ plan: [aStep(['erin'], { reasonFor: ['deny', 'abstain'] })] });
    const link = await linkTo('erin', file);
    const page = await read(link);
    expect(page.text).toContain('Needed if you choose Deny or Abstain.');
    const answer = await post(link, formOf(page, { verdict: 'deny', reason: ' ' }));
    expect(answer.text).toContain('A reason is needed with deny. Nothing was decided;');
    expect(await service.votesOnRecord(file.request.id)).toBe(0);
    expect((await post(link, formOf(page, { verdict: 'deny', reason: 'no' }))).status).toBe(303);
    expect(await service.votesOnRecord(file.request.id)).toBe(1);
  });

  it.each([
    ['a forged origin', { origin: 'https://evil.example' }],
    ['a foreign page', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    [
      'a forged origin that says it is ours',
      { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
    ],
    ['a program that says nothing', {}],
  ])('refuses %s', async (_what, headers: Record<string, string>) => {
    const file = aFile();
    const link = await linkTo('erin', file);
    const answer = await post(link, formOf(await read(link), { verdict: 'approve' }), headers);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Nothing was decided');
    expect(await service.votesOnRecord(file.request.id)).toBe(0);
    expect((await read(link)).text).toContain('Your approval is asked');
  });

  it.each([
    ['no view', (form: Record<string, string>) => ({ ...form, view: '' })],
    [
      'the view of another page',
      (form: Record<string, string>) => ({ ...form, view: `${'A'.repeat(32)}.${'A'.repeat(43)}` }),
    ],
    ['another content', (form: Record<string, string>) => ({ ...form, contentHash: '0'.repeat(64) })],
  ])('asks again for a form with %s', async (_what, change) => {
    const file = aFile();
    const link = await linkTo('erin', file);
    const answer = await post(link, change(formOf(await read(link), { verdict: 'approve' })));
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Nothing was decided; look again');
    expect(await service.votesOnRecord(file.request.id)).toBe(0);
  });

  it('says what happened to whoever comes too late', async () => {
    const file = aFile({ plan: [aStep(['erin', 'bob'])] });
    const erin = await linkTo('erin', file);
    const bob = await linkTo('bob', file);
    const seen = await read(bob);
    await post(erin, formOf(await read(erin), { verdict: 'approve' }));
    const answer = await post(bob, formOf(seen, { verdict: 'deny', reason: 'no' }));
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Your decision came too late and does not count.');
    expect(answer.text).toContain('Approved by erin');
    expect((await read(bob)).text).toContain('Decided: approved');
    await servers.waitUntil(
      'both votes are on record',
      () => votesAbout(file.request.id).length === 2,
      WITHIN_MS,
    );
    expect(decidedAbout(file.request.id)).toMatchObject([{ outcome: 'approved' }]);
  });

  it('says who is asked now to whoever was asked in an earlier step, and asks the others', async () => {
    const file = aFile({
      plan: [aStep(['erin'], { onSilence: 'next', timeout: 'PT2S' }), aStep(['carol'])],
    });
    const erin = await linkTo('erin', file);
    expect((await read(erin)).text).toContain('If nobody decides until then, other people are asked.');
    const carol = () =>
      service.inbox
        .to('carol@example.test')
        .find(({ messageId }) => messageId.startsWith(`<${file.request.id}`));
    await servers.waitUntil('the others are mailed', () => carol() !== undefined, WITHIN_MS);
    const over = await read(erin);
    expect(over.text).toContain('Other people are asked now');
    expect(over.text).toContain('Name of carol (carol)</strong> has not answered');
    expect(over.text).not.toContain('<form');
    const answer = await post(
      carol()?.link ?? '',
      formOf(await read(carol()?.link ?? ''), { verdict: 'approve' }),
    );
    expect(answer.status).toBe(303);
    await servers.waitUntil('it is decided', () => decidedAbout(file.request.id).length > 0, WITHIN_MS);
    expect(decidedAbout(file.request.id)).toMatchObject([{ outcome: 'approved', step: 1 }]);
  });

  it('leads through the stages of a step, and says at each what is waited for', async () => {
    const file = aFile({ plan: [STAGED] });
    const bob = await linkTo('bob', file);
    const first = await read(bob);
    expect(first.text).toMatch(/Waiting for: <strong>two .*team/);
    expect(first.text).toContain('Name of dave (dave)</strong> is asked later');
    expect((await post(bob, formOf(first, { verdict: 'approve' }))).status).toBe(303);
    const erin = await linkTo('erin', file);
    const dave = () =>
      service.inbox
        .to('dave@example.test')
        .find(({ messageId }) => messageId.startsWith(`<${file.request.id}`));
    expect(dave()).toBeUndefined();
    expect((await post(erin, formOf(await read(erin), { verdict: 'approve' }))).status).toBe(303);
    await servers.waitUntil('the next stage is mailed', () => dave() !== undefined, WITHIN_MS);
    const link = dave()?.link ?? '';
    expect((await read(link)).text).toMatch(/Waiting for: <strong>[^<]*finance/);
    expect((await post(link, formOf(await read(link), { verdict: 'approve' }))).status).toBe(303);
    expect((await read(bob)).text).toMatch(/Decided: approved/);
  });

  it('says what to do where a link opens nothing', async () => {
    const link = await linkTo('erin', aFile());
    const altered = `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [
      altered,
      link.slice(0, -3),
      `${service.url}/review/${'A'.repeat(43)}`,
      `${service.url}/review/x`,
    ]) {
      const page = await read(wrong);
      expect(page).toMatchObject({ status: 404, text: expect.stringContaining('This link does not work') });
      expect((await post(wrong, { verdict: 'approve' })).status).toBe(404);
    }
  });
});
