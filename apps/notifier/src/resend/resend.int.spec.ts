import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { aFile, aStep, routed } from '../testing/routes.js';
import { TEST_OPERATOR_KEY, TestService } from '../testing/test-service.js';
import { MAX_RESENDS } from './resend-links.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;
let notified: TopicEvent<'approver.notified'>[];

beforeAll(async () => {
  service = await TestService.prepare('resend', servers);
  await service.start({ MAILS_PER_PERSON_PER_HOUR: '0' });
  notified = await service.listen('approver.notified');
});
afterAll(() => service?.drop());

async function resend(id: string, body?: object, key = TEST_OPERATOR_KEY) {
  const response = await fetch(`${service.url}/v1/approvals/${id}/resend`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}
const mailsTo = (person: string, id: string) =>
  service.inbox
    .to(`${person}@example.test`)
    .filter(({ messageId }) => messageId.startsWith(`<${id}.0.asked`));
async function arrived(person: string, id: string, count: number): Promise<void> {
  // The mail is on record only once it is settled.
  await servers.waitUntil(
    'the mails arrive and are settled',
    async () =>
      mailsTo(person, id).length === count &&
      (
        await service.rows(
          `SELECT FROM mail WHERE request_id = '${id}' AND person = '${person}' AND state = 'sent'`,
        )
      ).length === count,
    WITHIN_MS,
  );
}
async function opened(...persons: string[]): Promise<string> {
  const two = { kind: 'people' as const, count: 2, from: ['role:cto'] };
  const file = aFile({ plan: [aStep(persons, { quorum: two })] });
  await service.send('route.resolved', routed(file));
  for (const person of persons.filter((one) => one !== 'grace')) await arrived(person, file.request.id, 1);
  return file.request.id;
}
async function vote(id: string, person: string, verdict: string): Promise<void> {
  const response = await fetch(`${service.url}/v1/approvals/${id}/votes`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await service.issuer.token(person)}`,
    },
    body: JSON.stringify({ verdict }),
  });
  expect(response.status).toBe(200);
}

describe('an operator who sends mails again', () => {
  it('reaches whoever is asked and has not answered, by the same link, on record', async () => {
    const id = await opened('erin', 'bob');
    await vote(id, 'bob', 'abstain');
    expect(await resend(id)).toEqual({
      status: 200,
      body: { requestId: id, mails: [{ person: 'erin', state: 'queued' }] },
    });
    await arrived('erin', id, 2);
    const [first, second] = mailsTo('erin', id);
    expect(second?.link).toBe(first?.link);
    expect(second?.messageId).not.toBe(first?.messageId);
    expect(second?.parsed.references).toEqual(first?.parsed.references);
    expect(mailsTo('bob', id)).toHaveLength(1);
    await servers.waitUntil(
      'both are on record',
      () => notified.filter(({ data }) => data.requestId === id && data.person === 'erin').length === 2,
      WITHIN_MS,
    );
    expect(
      notified.filter(({ data }) => data.requestId === id && data.person === 'erin').map(({ data }) => data),
    ).toMatchObject([
      { count: 1, kind: 'asked' },
      { count: 2, kind: 'asked' },
    ]);
    // Who has answered may be asked for by name.
    expect(await resend(id, { person: 'bob' })).toMatchObject({ body: { mails: [{ state: 'queued' }] } });
  });

  it('cannot flood anybody', async () => {
    const id = await opened('erin', 'carol');
    const both = await Promise.all([1, 2, 3].map(() => resend(id, { person: 'erin' })));
    const states = both.map(({ body }) => body.mails[0].state);
    expect(states.filter((state) => state === 'queued')).toHaveLength(1);
    expect(states.filter((state) => state === 'under-way')).toHaveLength(2);
    for (let count = 2; count <= MAX_RESENDS; count += 1) {
      await arrived('erin', id, count);
      expect((await resend(id, { person: 'erin' })).status).toBe(200);
    }
    await arrived('erin', id, MAX_RESENDS + 1);
    expect((await resend(id, { person: 'erin' })).status).toBe(429);
    expect((await resend(id)).body.mails).toEqual([
      { person: 'erin', state: 'too-many' },
      { person: 'carol', state: 'queued' },
    ]);
  });

  it('has no more mails for the next step', async () => {
    const file = aFile({ plan: [aStep(['erin'], { onSilence: 'next' }), aStep(['erin', 'bob'])] });
    const { id } = file.request;
    await service.send('route.resolved', routed(file));
    await arrived('erin', id, 1);
    await service.rows(
      `INSERT INTO mail (request_id, person, kind, step, number, state, next_attempt_at)
       SELECT '${id}', 'erin', 'asked', 0, number, 'sent', clock_timestamp()
       FROM generate_series(1, ${MAX_RESENDS}) AS number`,
    );
    await service.rows(`UPDATE approval SET deadline = clock_timestamp() WHERE request_id = '${id}'`);
    const next = (person: string) =>
      service.inbox
        .to(`${person}@example.test`)
        .filter(({ messageId }) => messageId.startsWith(`<${id}.1.asked`));
    const settled = async (count: number): Promise<boolean> =>
      (await service.rows(`SELECT FROM mail WHERE request_id = '${id}' AND step = 1 AND state = 'sent'`))
        .length === count;
    await servers.waitUntil('the next step asks', () => settled(2), WITHIN_MS);
    expect((await resend(id)).body.mails).toEqual([
      { person: 'erin', state: 'too-many' },
      { person: 'bob', state: 'queued' },
    ]);
    await servers.waitUntil('bob has it again', () => settled(3), WITHIN_MS);
    expect([next('erin').length, next('bob').length]).toEqual([1, 2]);
  });

  it('is told who cannot be reached', async () => {
    const id = await opened('erin', 'grace');
    expect((await resend(id, { person: 'grace' })).body).toMatchObject({
      mails: [{ person: 'grace', state: 'no-contact' }],
    });
  });

  it('is told where there is nobody to ask', async () => {
    const id = await opened('erin', 'bob');
    expect(await resend(id, { person: 'carol' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/person', detail: 'is not asked now' }] },
    });
    expect((await resend(id, { persons: 'erin' })).status).toBe(422);
    expect((await resend('x')).status).toBe(404);
    expect((await resend('0193a1f0-0000-7000-8000-00000000abcd')).status).toBe(404);
    await vote(id, 'erin', 'deny');
    expect((await resend(id)).status).toBe(409);
    expect(mailsTo('bob', id)).toHaveLength(1);
  });

  it('needs the key of operators', async () => {
    const id = await opened('erin', 'bob');
    expect((await resend(id, {}, await service.issuer.token('erin'))).status).toBe(403);
    expect((await resend(id, {}, 'another-key')).status).toBe(403);
    expect(mailsTo('erin', id)).toHaveLength(1);
  });
});
