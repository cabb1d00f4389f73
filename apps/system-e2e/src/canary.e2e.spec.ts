import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  breakGlassReviewIdFor,
  inboundTopic,
  requestIdFor,
  type RequestStatusDocument,
} from '@tollgate/contracts';
import { type OutgoingRecord } from '@tollgate/messaging';
import { type SyntheticSecret, syntheticSecrets, waitUntil } from '@tollgate/servers';
import { openReview } from './approver/review-form.js';
import { mailTo, reviewLink } from './approver/mailbox.js';
import { tokenOf, vote } from './approver/vote-by-token.js';
import {
  type KeptText,
  logsOf,
  mailsOf,
  metricsOf,
  recordsOfTopics,
  rowsOfTables,
} from './canary/everything-kept.js';
import { SecretSearch } from './canary/secret-search.js';
import { bearer, call, statusOf, submit } from './system/intake-client.js';
import { ledgerHas, ledgerRecords } from './system/ledger-client.js';
import { writeRecords } from './system/producer-on-kafka.js';
import { type RunningSystem, startSystem } from './system/running-system.js';

jest.setTimeout(120_000);

const SECRETS = syntheticSecrets(10, 300);
const search = new SecretSearch(SECRETS);
/** Stands beside each secret and must be found everywhere: whoever looks for nothing finds nothing. */
const BESIDE = 'canary-in-the-mine';
const AT_ONCE = 32;
const PATIENCE_MS = 30_000;

const deployCi = (changes: object = {}) => ({
  ...{ action: 'deploy_ci', environment: 'ci', riskLevel: 'low' },
  ...{ target: { service: 'checkout', region: 'eu-west' }, parameters: {}, reason: 'A test of secrets' },
  ...changes,
});
/** In which a secret must refuse the request. */
const FIELDS: readonly ((text: string) => object)[] = [
  (text) => deployCi({ action: text }),
  (text) => deployCi({ environment: text }),
  (text) => deployCi({ target: { a: [{ b: text }] } }),
  (text) => deployCi({ parameters: { note: text } }),
  (text) => deployCi({ parameters: { [text]: 1 } }),
  (text) => deployCi({ parameters: { document: JSON.stringify({ a: { b: text } }) } }),
  (text) => deployCi({ parameters: { file: Buffer.from(text).toString('base64') } }),
  (text) => deployCi({ [text]: 1 }),
  (text) => deployCi({ onBehalfOf: [text] }),
  (text) => deployCi({ riskLevel: text }),
];
const inField = ({ text }: SyntheticSecret, index: number): object =>
  FIELDS[index % FIELDS.length]?.(text) ?? {};
const said = ({ text }: SyntheticSecret): string => `${BESIDE} ${text} , please`;

const inbound = (own: string, data: unknown): OutgoingRecord => ({
  topic: inboundTopic('ci-bot'),
  key: own,
  value: JSON.stringify({ specversion: '1.0', id: own, source: '/ci', type: 'com.example.deploy', data }),
  headers: { 'content-type': 'application/cloudevents+json' },
});

async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const turn = items.slice(from, from + AT_ONCE);
    done.push(...(await Promise.all(turn.map((item, index) => work(item, from + index)))));
  }
  return done;
}

describe('300 secrets of 30 kinds', () => {
  let system: RunningSystem;
  /** Of requests whose reason held a secret. */
  const ids: string[] = [];
  const pages: KeptText[] = [];
  const secretAt = (index: number): SyntheticSecret => {
    const secret = SECRETS[index % SECRETS.length];
    if (secret === undefined) throw new Error('there are no secrets');
    return secret;
  };

  beforeAll(async () => {
    system = await startSystem({
      logLevel: 'trace',
      environment: { notifier: { MAILS_PER_PERSON_PER_HOUR: '0', MAILS_PER_SECOND: '500' } },
    });
  }, 120_000);
  afterAll(() => system?.stop(), 60_000);

  const post = (path: string, token: string, body: object) =>
    call<Record<string, unknown>>(`${system.stack.urls.notifier}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(token) },
      body: JSON.stringify(body),
    });

  it('are refused where nothing may be changed, and cut out of reasons, at both doors', async () => {
    const { stack } = system;
    const refused = await inTurns(SECRETS, (secret, index) => submit(stack, inField(secret, index)));
    expect(
      new Set(refused.map(({ status, body }) => [status, Reflect.get(body, 'title')].join(' '))),
    ).toEqual(new Set(['422 There is a secret in the request']));
    const accepted = await inTurns(SECRETS, (secret) => submit(stack, deployCi({ reason: said(secret) })));
    expect(new Set(accepted.map(({ status }) => status))).toEqual(new Set([202]));
    await writeRecords(stack, [
      ...SECRETS.map((secret, index) => inbound(`field ${index}`, inField(secret, index))),
      ...SECRETS.map((secret, index) => inbound(`reason ${index}`, deployCi({ reason: said(secret) }))),
      ...SECRETS.map(({ text }) => inbound(text.slice(0, 190), deployCi())),
    ]);
    ids.push(
      ...accepted.map(({ body }) => body.id),
      ...SECRETS.map((_, index) => requestIdFor('ci-bot', `reason ${index}`)),
    );
    pages.push({ where: 'refusals', text: JSON.stringify(refused.map(({ body }) => body)) });
    pages.push({ where: 'answers', text: JSON.stringify(accepted.map(({ body }) => body)) });
  });

  it('are cut out of what people write', async () => {
    const { stack } = system;
    const [bob, carol, erin] = await Promise.all(['bob', 'carol', 'erin'].map((one) => tokenOf(stack, one)));
    const asked = await inTurns(SECRETS.slice(0, 30), (_, index) =>
      submit(stack, {
        ...deployCi({ reason: said(secretAt(index * 10)) }),
        ...{ action: 'deploy_prod', environment: 'production', riskLevel: 'low' },
      }),
    );
    const requests = asked.map(({ body }) => body.id);
    ids.push(...requests);
    await waitUntil(
      'the approvals',
      async () =>
        (await vote(stack, bob ?? '', requests.at(-1) ?? '', 'abstain', said(secretAt(1)))).status === 200,
      PATIENCE_MS,
    );
    const [first = '', second = '', third = ''] = requests;
    const path = (id: string, what: string) => `/v1/approvals/${id}/${what}`;
    const question = await post(path(first, 'questions'), bob ?? '', { text: said(secretAt(2)) });
    const delegation = await post('/v1/delegations', bob ?? '', {
      ...{ to: 'erin', requestId: second, reason: said(secretAt(3)) },
    });
    const reassigned = await post(path(third, 'reassign'), stack.credentials.operatorKey, {
      ...{ from: 'bob', to: 'erin', reason: said(secretAt(4)) },
    });
    expect([question, delegation, reassigned].map(({ status }) => status)).toEqual([201, 201, 201]);
    const link = reviewLink(await mailTo(stack, 'bob@example.test', first));
    pages.push({ where: 'review page', text: (await openReview(link, 'bob')).html });

    const exported = await submit(stack, {
      ...deployCi({ parameters: { rows: 200_000 }, reason: said(secretAt(5)) }),
      action: 'export_data',
    });
    ids.push(exported.body.id);
    await waitUntil(
      'the override',
      async () => {
        const body = { guardrail: 'export-size', justification: said(secretAt(6)) };
        return (await post(path(exported.body.id, 'overrides'), carol ?? '', body)).status === 201;
      },
      PATIENCE_MS,
    );
    const votes = await inTurns([...requests.slice(0, -1), exported.body.id], (id, index) =>
      vote(stack, bob ?? '', id, index % 2 === 0 ? 'approve' : 'deny', said(secretAt(index * 10 + 7))),
    );
    expect(new Set(votes.map(({ status }) => status))).toEqual(new Set([200]));
    // Refused, and so kept nowhere at all.
    expect((await vote(stack, erin ?? '', first, 'approve', said(secretAt(8)))).status).toBe(403);
    const withdrawn = await call(`${stack.urls.intake}/v1/requests/${requests.at(-1)}/withdraw`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(stack.credentials.producerKey) },
      body: JSON.stringify({ reason: said(secretAt(9)) }),
    });
    expect(withdrawn.status).toBe(202);
  });

  it('are cut out of why somebody breaks the glass', async () => {
    const { stack } = system;
    const dave = await tokenOf(stack, 'dave', { passkey: true });
    const broken = await inTurns(SECRETS.slice(0, 30), (_, index) =>
      call<RequestStatusDocument>(`${stack.urls.intake}/v1/requests`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...bearer(stack.credentials.producerKey),
          'tollgate-person': `Bearer ${dave}`,
        },
        body: JSON.stringify({
          ...deployCi({ breakGlass: { justification: said(secretAt(index * 10)) } }),
          ...{ action: 'deploy_prod', environment: 'production', riskLevel: 'low' },
        }),
      }),
    );
    expect(new Set(broken.map(({ status }) => status))).toEqual(new Set([202]));
    pages.push({ where: 'answers to broken glass', text: JSON.stringify(broken.map(({ body }) => body)) });
    ids.push(...broken.map(({ body }) => body.id));
    const released = await inTurns(broken, async ({ body: { id } }) => {
      await waitUntil(
        `the release of ${id}`,
        async () => (await outcomeOf(id))?.status === 'released',
        PATIENCE_MS,
      );
      return breakGlassReviewIdFor(id);
    });
    // Their reviews repeat the justification, and mail it to those who are to look at it.
    await mailTo(stack, 'erin@example.test', released.at(-1) ?? '');
  });

  it('are nowhere: no topic, table, log, mail, page or metric', async () => {
    const { stack } = system;
    await inTurns(ids, async (id) => {
      await waitUntil(
        `the outcome of ${id}`,
        async () => !['pending', 'approved'].includes((await outcomeOf(id))?.status ?? 'pending'),
        PATIENCE_MS,
      );
    });
    const refusals = await ledgerHas(
      stack,
      'the refusals',
      { topic: 'request.rejected' },
      ({ length }) => length >= 2 * SECRETS.length,
      PATIENCE_MS,
    );
    expect(refusals).toHaveLength(2 * SECRETS.length);
    await ledgerHas(
      stack,
      'the requests',
      { topic: 'guardrail.evaluated' },
      ({ length }) => length >= ids.length,
    );
    pages.push(
      { where: 'status documents', text: JSON.stringify(await inTurns(ids, (id) => statusOf(stack, id))) },
      { where: 'pages of the ledger', text: JSON.stringify(await ledgerRecords(stack)) },
    );
    const kept = {
      topics: await recordsOfTopics(stack),
      tables: await rowsOfTables(stack),
      mails: await mailsOf(stack),
      pages,
      logs: logsOf(stack),
      metrics: await metricsOf(stack),
    };
    for (const [kind, texts] of Object.entries(kept)) {
      expect(
        texts.flatMap(({ where, text }) => search.kindsIn(text).map((found) => `${where}: ${found}`)),
      ).toEqual([]);
      // What stood beside the secrets is there, so the search looks at the right things.
      if (kind !== 'logs' && kind !== 'metrics')
        expect(texts.filter(({ text }) => text.includes(BESIDE)).length).toBeGreaterThan(0);
    }
    expect(kept.logs.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['log intake.log', 'log notifier.log', 'log audit.log']),
    );
    for (const topic of [
      'request.submitted',
      'decision.made',
      'vote.cast',
      'question.asked',
      'delegation.declared',
    ])
      expect(kept.topics.find(({ where }) => where === `topic ${topic}`)?.text).toContain(BESIDE);
    expect(search.kindsIn(`"${secretAt(0).text}"`)).toContain(secretAt(0).kind);
  });

  const outcomeOf = async (id: string): Promise<RequestStatusDocument | undefined> => {
    const { stack } = system;
    const { status, body } = await call<RequestStatusDocument>(`${stack.urls.intake}/v1/requests/${id}`, {
      headers: bearer(stack.credentials.operatorKey),
    });
    return status === 200 ? body : undefined;
  };
});
