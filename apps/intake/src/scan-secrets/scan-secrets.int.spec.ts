import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, inboundTopic, requestIdFor, type RequestRejected, TOPICS } from '@tollgate/contracts';
import { type IncomingRecord, type OutgoingRecord } from '@tollgate/messaging';
import { type SyntheticSecret, syntheticSecrets, waitUntil } from '@tollgate/servers';
import { exampleBody, exampleJudgement, judgedEvent } from '../testing/example.js';
import { type TestIntake } from '../testing/test-intake.js';
import { shippedDocuments } from '../testing/policy-documents.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

jest.setTimeout(120_000);

const PATIENCE_MS = 60_000;
const SECRETS = syntheticSecrets(10, 6);
const AT_ONCE = 50;
const MARKER = /\[secret-[0-9a-f]{8}\]/;

interface SecretProblem {
  readonly type: string;
  readonly errors: readonly { readonly pointer: string; readonly rule: string }[];
}

/** A body that holds a text in a field, and the pointer to it; `<name>` where its name is itself the secret. */
const FIELDS: Readonly<Record<string, (text: string) => readonly [body: unknown, pointer: string]>> = {
  action: (text) => [exampleBody({ action: text }), '/action'],
  environment: (text) => [exampleBody({ environment: text }), '/environment'],
  riskLevel: (text) => [{ ...exampleBody(), riskLevel: text }, '/riskLevel'],
  target: (text) => [exampleBody({ target: { a: [{ b: text }] } }), '/target/a/0/b'],
  parameters: (text) => [exampleBody({ parameters: { note: `see ${text} there` } }), '/parameters/note'],
  'a name': (text) => [exampleBody({ parameters: { [text]: { a: 1 } } }), '/parameters/<name>'],
  JSON: (text) => [exampleBody({ parameters: { json: JSON.stringify({ a: text }) } }), '/parameters/json'],
  base64: (text) => [
    exampleBody({ parameters: { file: Buffer.from(text).toString('base64') } }),
    '/parameters/file',
  ],
  'an unknown field': (text) => [{ ...exampleBody(), [text]: 1 }, '/<name>'],
  onBehalfOf: (text) => [exampleBody({ onBehalfOf: ['zoe', text] }), '/onBehalfOf/1'],
};

/** With the secret in the reason. */
const withReason = ({ text }: SyntheticSecret) => exampleBody({ reason: `Ship it: ${text} , as agreed` });

describe('secrets at the doors', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let key: string;
  const topics = new Map<string, readonly IncomingRecord[]>();

  const inbound = (own: string, data: unknown): OutgoingRecord => ({
    topic: inboundTopic('ci-bot'),
    key: own,
    value: JSON.stringify({ specversion: '1.0', id: own, source: '/ci', type: 'com.example.deploy', data }),
    headers: { 'content-type': 'application/cloudevents+json' },
  });
  const recordsOf = (topic: string) => topics.get(topic) ?? [];
  const keysOf = (topic: string) => new Set(recordsOf(topic).map((record) => record.key));
  const post = (body: unknown, own?: string) =>
    intake.call<SecretProblem & { id: string }>('/v1/requests', {
      key,
      body,
      ...(own === undefined ? {} : { headers: { 'idempotency-key': own } }),
    });
  const inTurns = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
    const done: R[] = [];
    for (let from = 0; from < items.length; from += AT_ONCE)
      done.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
    return done;
  };

  beforeAll(async () => {
    system = await TestSystem.create('secrets');
    intake = await system.start();
    for (const { name } of TOPICS) topics.set(name, await system.follow(name));
    key = await system.producer(intake, 'ci-bot', 'alice');
  }, 60_000);
  afterAll(() => system.destroy());

  it.each(Object.keys(FIELDS))('over HTTP, in %s: 422 with rule and pointer', async (field) => {
    const refusals = await inTurns(SECRETS, async ({ kind, value, text }) => {
      const [body, pointer] = FIELDS[field]?.(text) ?? [];
      const answer = await post(body);
      return { kind, answer, pointer, repeats: answer.text.includes(value) };
    });
    const odd = refusals.filter(
      ({ answer: { status, body }, pointer, repeats }) =>
        repeats ||
        status !== 422 ||
        !body.type.endsWith('/secret-detected') ||
        !body.errors.some((each) => each.rule !== '' && each.pointer.replace(MARKER, '<name>') === pointer),
    );
    expect(odd.map(({ kind, answer }) => [kind, answer.status, answer.text])).toEqual([]);
  });

  it('over HTTP, as the key: 422', async () => {
    const answers = await inTurns(
      SECRETS.filter(({ value }) => !value.includes('\n')),
      ({ text }) => post(exampleBody(), text),
    );
    expect(answers.filter(({ status }) => status !== 422).map(({ text }) => text)).toEqual([]);
    expect(answers.length).toBeGreaterThan(250);
  });

  it('on the topic of a producer, in every field: request.rejected with rule and pointer', async () => {
    const sent = Object.entries(FIELDS).flatMap(([field, inField]) =>
      SECRETS.map(({ text }, index) => {
        const [data, pointer] = inField(text);
        return { own: `${field} ${index}`, data, pointer };
      }),
    );
    await system.send(...sent.map(({ own, data }) => inbound(own, data)));
    await system.send(...SECRETS.map(({ text }) => inbound(text.slice(0, 190), exampleBody())));
    await waitUntil(
      'the refusals',
      () => recordsOf('request.rejected').length >= sent.length + SECRETS.length,
      PATIENCE_MS,
    );
    const refused = new Map<string, RequestRejected>(
      recordsOf('request.rejected').map((record) => [
        record.key ?? '',
        decodeEvent('request.rejected', record.value, record.key).data,
      ]),
    );
    const odd = sent.filter(({ own, pointer }) => {
      const reasons = refused.get(requestIdFor('ci-bot', own))?.reasons ?? [];
      return !reasons.some(
        ({ type, rule, pointer: at }) =>
          type === 'secret-detected' && rule !== undefined && at?.replace(MARKER, '<name>') === pointer,
      );
    });
    expect(odd.map(({ own }) => own)).toEqual([]);
    expect(recordsOf('request.submitted')).toEqual([]);
  });

  it('in a reason: a marker, the same for the same value, at both doors, and listed', async () => {
    const answers = await inTurns(SECRETS, (secret) => post(withReason(secret)));
    expect(answers.filter(({ status }) => status !== 202).map(({ text }) => text)).toEqual([]);
    await system.send(...SECRETS.map((secret, index) => inbound(`reason ${index}`, withReason(secret))));
    const ids = [
      ...answers.map(({ body }) => body.id),
      ...SECRETS.map((_, index) => requestIdFor('ci-bot', `reason ${index}`)),
    ];
    await waitUntil(
      'the requests',
      () => ids.every((id) => keysOf('request.submitted').has(id)),
      PATIENCE_MS,
    );
    for (const record of recordsOf('request.submitted')) {
      const { request } = decodeEvent('request.submitted', record.value, record.key).data;
      expect(request.reason).toMatch(MARKER);
      expect(request.redactions).toContainEqual({ pointer: '/reason', rule: expect.any(String) });
    }
  });

  it('in what is no request: not repeated either', async () => {
    const [secret] = SECRETS;
    const name = JSON.stringify(secret?.value);
    for (const body of [
      `{"parameters":{${name}:1,${name}:2}}`,
      `{"parameters":{${name}:1e999}}`,
      `{${name}:`,
      `[${name}]`,
    ]) {
      const answer = await post(body);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.text).not.toContain(secret?.value);
    }
    await system.send(
      { ...inbound('twice', {}), value: `{"specversion":"1.0","data":{${name}:1,${name}:2}}` },
      { ...inbound('cut', {}), value: `{${name}:` },
    );
    const owns = ['twice', 'cut'].map((own) => requestIdFor('ci-bot', own));
    await waitUntil('refusals', () => owns.every((id) => keysOf('request.rejected').has(id)), PATIENCE_MS);
  });

  it('are the same request when it comes again, and another one with another secret', async () => {
    const [one, other] = SECRETS.map(withReason);
    const first = await post(one, 'again');
    expect(first.status).toBe(202);
    expect(await post(one, 'again')).toMatchObject({ status: 202, body: { id: first.body.id } });
    expect(await post(other, 'again')).toMatchObject({ status: 409 });
    const [row] = await system.query<{ request: { reason: string } }>(
      'SELECT request FROM request WHERE id = $1',
      [first.body.id],
    );
    expect((await post(exampleBody({ reason: row?.request.reason ?? '' }), 'again')).status).toBe(409);
  });

  it('in other texts: cut out as well', async () => {
    const [secret] = SECRETS;
    const reason = `because of ${secret?.text}`;
    const { body } = await post(exampleBody());
    const withdrawn = await intake.call(`/v1/requests/${body.id}/withdraw`, { key, body: { reason } });
    expect(withdrawn).toMatchObject({ status: 202, body: { explanation: expect.stringMatching(MARKER) } });
    expect(
      await intake.call('/v1/policy/deactivate', { key: OPERATOR_KEY, body: { person: 'bob', reason } }),
    ).toMatchObject({ status: 200 });
    const released = await system.submit(intake, key);
    await system.send({
      topic: 'guardrail.evaluated',
      key: released.id,
      value: JSON.stringify(judgedEvent(exampleJudgement(released))),
      headers: { 'content-type': 'application/cloudevents+json' },
    });
    await waitUntil('the release', () => keysOf('action.released').has(released.id), PATIENCE_MS);
    const [release] = recordsOf('action.released').filter((record) => record.key === released.id);
    const { id } = decodeEvent('action.released', release?.value ?? null, released.id).data.release;
    expect(await intake.call(`/v1/releases/${id}/revoke`, { key, body: { reason } })).toMatchObject({
      status: 200,
      body: { reason: expect.stringMatching(MARKER) },
    });
    const { policy, directory } = shippedDocuments(system.config());
    expect(
      await intake.call('/v1/policy/recover', {
        key: OPERATOR_KEY,
        body: { policy, directory, justification: reason },
      }),
    ).toMatchObject({ status: 200 });
  });

  it('by the rules of the policy that rules, and not where it allows them', async () => {
    const { policy, directory } = shippedDocuments(system.config());
    const secrets = {
      rules: [{ id: 'acme-key', pattern: 'acme_[a-z]{8}' }],
      allow: [{ rule: 'aws-access-key-id', field: 'parameters.example' }],
    };
    const { body } = await intake.call<{ revision: number }>('/v1/policy/recover', {
      key: OPERATOR_KEY,
      body: { policy: { ...policy, secrets }, directory, justification: 'a rule of our own' },
    });
    const known = `AKIA${'Q7'.repeat(8)}`;
    await waitUntil(
      'the revision to rule',
      async () =>
        (await intake.call<{ revision: number }>('/v1/policy', { key })).body.revision === body.revision,
      PATIENCE_MS,
    );
    expect(await post(exampleBody({ parameters: { a: 'acme_abcdefgh' } }))).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/parameters/a', rule: 'acme-key' }] },
    });
    expect((await post(exampleBody({ parameters: { example: known } }))).status).toBe(202);
    expect((await post(exampleBody({ parameters: { other: known } }))).status).toBe(422);
    const faulty = { ...policy, secrets: { rules: [{ id: 'jwt', pattern: '(a' }] } };
    expect(
      await intake.call('/v1/policy/recover', {
        key: OPERATOR_KEY,
        body: { policy: faulty, directory, justification: 'faulty' },
      }),
    ).toMatchObject({
      status: 422,
      body: {
        errors: [{ pointer: '/policy/secrets/rules/0/id' }, { pointer: '/policy/secrets/rules/0/pattern' }],
      },
    });
  });

  it('are in no event, no row and no metric', async () => {
    const tables = await system.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const kept: string[] = [];
    for (const { name } of tables) {
      const rows = await system.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      kept.push(...rows.map(({ row }) => row));
    }
    const events = [...topics.values()].flatMap((records) =>
      records.map(({ key: own, value }) => `${own} ${String(value)}`),
    );
    expect(kept.length).toBeGreaterThan(SECRETS.length);
    expect(events.length).toBeGreaterThan(SECRETS.length);
    const all = [...kept, ...events, await intake.metrics.metrics()].join('\n');
    const found = SECRETS.filter(
      ({ value }) =>
        all.includes(value) ||
        all.includes(JSON.stringify(value).slice(1, -1)) ||
        all.includes(Buffer.from(value).toString('base64')),
    );
    expect(found.map(({ kind }) => kind)).toEqual([]);
    expect(await intake.metric('tollgate_secrets_detected_total', { outcome: 'refused' })).toBeGreaterThan(0);
  });
});
