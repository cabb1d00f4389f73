import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Route, type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { formOf, linkOf, openedLink, post, read, type ReadPage } from '../testing/page-reader.js';
import { aFile, aStep } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';

const WITHIN_MS = 20_000;
const BROWSER = { 'sec-fetch-site': 'same-origin', origin: 'null' };

jest.setTimeout(60_000);

let service: TestService;
let asked: TopicEvent<'question.asked'>[];
let answered: TopicEvent<'question.answered'>[];

beforeAll(async () => {
  service = await TestService.prepare('question_pages', servers);
  await service.start({ MAILS_PER_PERSON_PER_HOUR: '0' });
  asked = await service.listen('question.asked');
  answered = await service.listen('question.answered');
});
afterAll(() => service?.drop());

const send = (
  link: string,
  form: Record<string, string>,
  headers: Record<string, string> = BROWSER,
): Promise<ReadPage> => read(link, { method: 'POST', headers, body: new URLSearchParams(form) });
const viewOf = (page: ReadPage): string => formOf(page)['view'] ?? '';

interface Opened {
  readonly id: string;
  readonly link: string;
  readonly ask: (question: string, more?: Record<string, string>) => Promise<ReadPage>;
}

async function opened(route: Partial<Route> = {}): Promise<Opened> {
  const file = aFile({ plan: [aStep(['erin', 'bob'], { pauseForAnswer: 'PT2H' })], ...route });
  const link = await openedLink(service, servers, 'erin', file);
  return {
    id: file.request.id,
    link,
    ask: async (question, more = {}) =>
      send(`${link}/questions`, { view: viewOf(await read(link)), question, ...more }),
  };
}

async function answerLinkOf(id: string, number = 1): Promise<string> {
  const mail = () =>
    service.inbox
      .to('alice@example.test')
      .find(({ messageId }) => messageId.startsWith(`<${id}.0.question-${number}.`));
  await servers.waitUntil('the question arrives', () => mail() !== undefined, WITHIN_MS);
  return /https?:\/\/\S+\/answer\/\S+/.exec(mail()?.text ?? '')?.[0] ?? '';
}

async function answer(link: string, text: string, headers = BROWSER): Promise<ReadPage> {
  return send(link, { view: viewOf(await read(link)), answer: text }, headers);
}

const rowsOf = (id: string) =>
  service.rows(
    `SELECT question.number, question.text, question_answer.text AS answer
     FROM question LEFT JOIN question_answer USING (request_id, number) WHERE request_id = '${id}' ORDER BY number`,
  );

describe('the question of somebody who is asked', () => {
  it('goes from the review page to the requester and back, decides nothing, and hides nothing', async () => {
    const { id, link, ask } = await opened();
    const before = await read(link);
    expect(before.text).toContain('Ask the requester a question');
    const sent = await ask('Is <b>this</b> \u202Eright?\r\nSure?');
    expect(sent.status).toBe(303);
    expect(new URL(sent.headers.get('location') ?? '', service.url).href).toBe(link);
    const waiting = await read(link);
    for (const shown of [
      'Name of erin (erin)</strong> asked',
      'Is &lt;b>this&lt;/b> ⟦U+202E⟧right?\nSure?',
      'Name of alice (alice) has not answered yet',
      'The clock stands while the answer is waited for',
    ])
      expect(waiting.text).toContain(shown);

    const answerLink = await answerLinkOf(id);
    const page = await read(answerLink);
    expect(page.status).toBe(200);
    expect(page.text).toContain('You are asked a question');
    expect(page.text).toContain('Is &lt;b>this&lt;/b> ⟦U+202E⟧right?');
    expect((await answer(answerLink, 'Yes, since \u202ETuesday.')).status).toBe(303);
    expect((await read(answerLink)).text).toContain('The question is answered');
    const bob = await linkOf(service, servers, 'bob', id);
    for (const each of [link, bob]) expect((await read(each)).text).toContain('Yes, since ⟦U+202E⟧Tuesday.');
    expect(await service.votesOnRecord(id)).toBe(0);
    await servers.waitUntil(
      'both are published',
      () => [...asked, ...answered].filter(({ subject }) => subject === id).length === 2,
      WITHIN_MS,
    );
    expect(answered.find(({ subject }) => subject === id)?.data).toMatchObject({
      answeredBy: 'alice',
      authentication: 'link',
    });
    // Whoever decides now still can.
    expect((await post(link, formOf(await read(link), { verdict: 'approve' }))).status).toBe(303);
    const after = await read(answerLink);
    expect(after.text).toContain('The request is decided');
    expect(after.text).not.toContain('<form');
    expect((await read(link)).text).toContain('Yes, since');
  });

  it('is asked once, however often its form is sent, and a used page asks to look again', async () => {
    const { id, link } = await opened();
    const view = viewOf(await read(link));
    const answers = await Promise.all(
      [1, 2, 3].map(() => send(`${link}/questions`, { view, question: 'Why?' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    const other = await send(`${link}/questions`, { view, question: 'And who?' });
    expect(other.status).toBe(409);
    expect(other.text).toContain('A question was asked from this page already');
    expect(other.text).toContain('And who?</textarea>');
    expect(await rowsOf(id)).toMatchObject([{ number: 1, text: 'Why?' }]);
    // The view that asked is still good for a vote.
    expect((await post(link, formOf(await read(link), { view, verdict: 'approve' }))).status).toBe(303);
  });

  it.each([
    ['nothing', '  \r\n ', {}, 422, 'The question must say something'],
    ['invisible characters alone', '\u200B\u2060', {}, 422, 'The question must say something'],
    ['a NUL', 'Why\0?', {}, 422, 'must be text without NUL'],
    ['too much', 'x'.repeat(4001), {}, 422, 'must be shorter than or equal to 4000'],
    ['the view of another page', 'Why?', { view: 'A'.repeat(76) }, 409, 'The page was open for too long'],
    ['no view', 'Why?', { view: '' }, 409, 'The page was open for too long'],
  ])('is not asked with %s', async (_what, question, more, status, words) => {
    const { id, ask } = await opened();
    const page = await ask(question, more);
    expect(page.status).toBe(status);
    expect(page.text).toContain(words);
    expect(await rowsOf(id)).toEqual([]);
    expect(
      (
        await service.rows(
          `SELECT deadline - opened_at = '4 h' AS whole FROM approval WHERE request_id = '${id}'`,
        )
      )[0],
    ).toEqual({ whole: true });
  });

  it('is refused from elsewhere, and by a link that opens nothing', async () => {
    const { id, link } = await opened();
    const view = viewOf(await read(link));
    const elsewhere: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      {},
    ];
    for (const headers of elsewhere)
      expect((await send(`${link}/questions`, { view, question: 'Why?' }, headers)).status).toBe(403);
    const wrong = `${service.url}/review/${'A'.repeat(43)}/questions`;
    expect((await send(wrong, { view, question: 'Why?' })).status).toBe(404);
    expect((await read(`${link}/questions`)).status).toBe(303);
    expect(await rowsOf(id)).toEqual([]);
  });

  it('over the API is the same, with words for a program', async () => {
    const { id } = await opened();
    const call = async (body: unknown, person = 'bob', requestId = id) => {
      const response = await fetch(`${service.url}/v1/approvals/${requestId}/questions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await service.issuer.token(person)}`,
        },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    };
    expect(await call({ text: 'Why?' })).toMatchObject({
      status: 201,
      body: { requestId: id, number: 1, askedBy: 'bob', askedOf: 'alice', question: 'Why?' },
    });
    expect((await call({ text: 'Why?' })).status).toBe(200);
    expect((await call({ text: 'Why?' }, 'carol')).status).toBe(403);
    expect(await call({ text: ' ' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/text' }] },
    });
    expect((await call({})).status).toBe(422);
    expect((await call({ text: 'Why?', to: 'me' })).status).toBe(422);
    expect((await call({ text: 'Why?' }, 'bob', 'x')).status).toBe(404);
    expect((await call({ text: 'Why?' }, 'bob', '0193a1f0-0000-7000-8000-00000000abcd')).status).toBe(404);
    for (let more = 2; more <= 5; more += 1) expect((await call({ text: `${more}` })).status).toBe(201);
    expect((await call({ text: '6' })).status).toBe(429);
    const list = await fetch(`${service.url}/v1/approvals?limit=200`, {
      headers: { authorization: `Bearer ${await service.issuer.token('erin')}` },
    });
    const { items }: { items: { requestId: string; questions?: { number: number }[] }[] } = await list.json();
    const shown = items.find(({ requestId }) => requestId === id);
    expect(shown?.questions?.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(shown).toHaveProperty('pausedUntil');
  });
});

describe('the page to answer', () => {
  it('changes nothing by being read, is kept by nobody, and opens by its own link alone', async () => {
    const { id, link, ask } = await opened();
    await ask('Why?');
    const answerLink = await answerLinkOf(id);
    await read(answerLink, { method: 'HEAD' });
    await read(`${answerLink}?answer=yes`);
    const page = await read(answerLink);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(page.text.match(/<form/g)).toHaveLength(1);
    expect(page.text).not.toContain('verdict');
    expect((await rowsOf(id))[0]).toMatchObject({ answer: null });
    const token = new URL(answerLink).pathname.split('/').at(-1) ?? '';
    const review = new URL(link).pathname.split('/').at(-1) ?? '';
    for (const wrong of [
      `/review/${token}`,
      `/answer/${review}`,
      `/answer/${token.slice(1)}`,
      `/answer/${'A'.repeat(43)}`,
    ])
      expect((await read(`${service.url}${wrong}`)).status).toBe(404);
  });

  it.each([
    ['nothing', ' ', 422, 'The answer must say something'],
    ['too much', 'x'.repeat(4001), 422, 'must be shorter than or equal to 4000'],
  ])('does not take %s', async (_what, text, status, words) => {
    const { id, ask } = await opened();
    await ask('Why?');
    const page = await answer(await answerLinkOf(id), text);
    expect(page.status).toBe(status);
    expect(page.text).toContain(words);
    expect((await rowsOf(id))[0]).toMatchObject({ answer: null });
  });

  it('takes one answer: the same form again is the same, another one is told what stands', async () => {
    const { id, ask } = await opened();
    await ask('Why?');
    const link = await answerLinkOf(id);
    const [view, other] = [viewOf(await read(link)), viewOf(await read(link))];
    const same = await Promise.all([1, 2].map(() => send(link, { view, answer: 'Because.' })));
    expect(same.map(({ status }) => status)).toEqual([303, 303]);
    const late = await send(link, { view: other, answer: 'Or not.' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('answered already');
    expect(late.text).toContain('Because.');
    expect((await rowsOf(id))[0]).toMatchObject({ answer: 'Because.' });
  });

  it('refuses forms from elsewhere, of another page, and after the decision', async () => {
    const { id, link, ask } = await opened();
    await ask('Why?');
    await ask('And why not?');
    const [first, second] = [await answerLinkOf(id), await answerLinkOf(id, 2)];
    expect((await answer(first, 'Yes.', { ...BROWSER, origin: 'https://evil.example' })).status).toBe(403);
    expect((await send(first, { view: viewOf(await read(second)), answer: 'Yes.' })).status).toBe(409);
    const view = viewOf(await read(first));
    await post(link, formOf(await read(link), { verdict: 'deny' }));
    const late = await send(first, { view, answer: 'Yes.' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('decided meanwhile, so your answer was not taken');
    expect((await rowsOf(id)).map((row) => row['answer'])).toEqual([null, null]);
    expect(answered.filter(({ subject }) => subject === id)).toEqual([]);
  });

  it('asks a person of the directory to sign in where those who decide have to', async () => {
    const { id } = await opened({ signIn: 'link' });
    const file = aFile({ signIn: 'signed-in', plan: [aStep(['erin'])] }, { action: 'a_secret_action' });
    const link = await openedLink(service, servers, 'erin', file);
    expect((await send(`${link}/questions`, { view: 'x', question: 'Why?' })).status).toBe(403);
    const response = await fetch(`${service.url}/v1/approvals/${file.request.id}/questions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await service.issuer.token('erin')}`,
      },
      body: JSON.stringify({ text: 'Why?' }),
    });
    expect(response.status).toBe(201);
    const page = await read(await answerLinkOf(file.request.id));
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('Sign in to see this request') });
    expect(page.text).not.toContain('a_secret_action');
    expect(await rowsOf(id)).toEqual([]);
  });
});
