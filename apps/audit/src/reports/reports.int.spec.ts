import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ActionReleased, documentHash, type JsonValue } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { createTestDatabase, type TestDatabase, waitUntil } from '@tollgate/servers';
import { type InvariantsDocument } from '../invariants/invariants.controller.js';
import { aReleasedRequest, aReleasedRoad, eventRecord, inTopics } from '../testing/a-road.js';
import { signAll } from '../testing/test-checkpoints.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { testService, type TestService } from '../testing/test-service.js';
import { type ReportDocument } from './reports.controller.js';
import { REPORT_NAMES, type ReportRow } from './report.js';

jest.setTimeout(60_000);

const HOUR = 3_600_000;

/** The last two or three stages of a request whose file was changed on the way. */
function changed(change: (file: ActionReleased) => void): { id: string; records: IncomingRecord[] } {
  const id = randomUUID();
  const file = structuredClone(aReleasedRequest({ id }));
  change(file);
  const { request, route, decision, guardrail } = file;
  const time = Date.parse(request.submittedAt);
  const at = { key: id, time };
  return {
    id,
    records: [
      eventRecord('request.submitted', { request: aReleasedRequest({ id }).request }, id, at),
      eventRecord('route.resolved', { request, route }, id, at),
      eventRecord('decision.made', { request, route, decision }, id, at),
      eventRecord('guardrail.evaluated', { request, route, decision, guardrail }, id, at),
      eventRecord('action.released', file, id, at),
    ],
  };
}

const firstVote = ({ decision }: ActionReleased) => {
  const [vote] = decision.votes;
  if (vote === undefined) throw new Error('the decision has a vote');
  return vote;
};

/** Each breaks one rule, at least. */
const SEEDED = {
  'release-approved': [
    changed(({ decision }) => (decision.outcome = 'denied')),
    changed(({ guardrail }) => (guardrail.outcome = 'blocked')),
  ],
  'file-grows': [changed(({ request }) => (request.reason = 'another reason'))],
  'no-own-vote': [changed((file) => (firstVote(file).person = 'alice'))],
  quorum: [
    changed((file) => (firstVote(file).person = 'mallory')),
    changed(({ decision }) => (decision.votes = [])),
  ],
  'votes-in-time': [
    changed(
      (file) =>
        (firstVote(file).at = new Date(Date.parse(file.decision.deadline ?? '') + HOUR).toISOString()),
    ),
  ],
  'same-content': [changed(({ request }) => (request.contentHash = 'ab'.repeat(32)))],
  'policy-known': [changed(({ decision }) => (decision.policyRevision = 77))],
  'delegation-declared': [changed((file) => (firstVote(file).onBehalfOf = 'frank'))],
} as const;

const documents = { policy: {}, directory: {} };
const firstRevision = eventRecord(
  'policy.published',
  {
    revision: 1,
    documentHash: documentHash(documents.policy, documents.directory),
    ...documents,
    origin: 'first-start',
    publishedAt: new Date(Date.UTC(2026, 10, 1)).toISOString(),
  },
  undefined,
  { key: '1', time: Date.UTC(2026, 10, 1) },
);

const good = randomUUID();
const timedOut = changed(({ decision }) => {
  decision.decidedBy = 'timeout';
  decision.votes = [];
});
const broken = () =>
  changed(({ decision, request }) => {
    decision.decidedBy = 'break-glass';
    request.breakGlass = { justification: '=cmd|calc', person: 'carol', authentication: 'signed-in' };
    decision.overrides = [
      {
        guardrail: 'freeze',
        person: 'erin',
        justification: 'the site is down',
        at: decision.decidedAt,
        authentication: 'signed-in',
      },
    ];
  });
const glass = broken();
const reviewed = broken();
const underReview = broken();
/** The review of broken glass: asked for, and decided where an outcome is given. */
function reviewOf({ id: request }: { id: string }, outcome?: 'approved' | 'denied'): IncomingRecord[] {
  const id = randomUUID();
  const file = aReleasedRequest({ id, action: 'break-glass.review' });
  file.request.target = { request };
  const at = { key: id, time: Date.parse(file.request.submittedAt) };
  const decision = outcome === undefined ? undefined : { ...file.decision, outcome };
  return [
    eventRecord('request.submitted', { request: file.request }, id, at),
    ...(decision === undefined ? [] : [eventRecord('decision.made', { ...file, decision }, id, at)]),
  ];
}
const blocked = changed(({ guardrail }) => {
  guardrail.outcome = 'blocked';
  guardrail.results = [{ rule: 'allowed-regions', verdict: 'blocked', reason: 'us-east is closed' }];
});

let database: TestDatabase;
let ledger: TestLedger;
let service: TestService;

beforeAll(async () => {
  database = await createTestDatabase('audit_reports', LEDGER_ROLES);
  ledger = await testLedger(database);
  const { ledger: writer } = ledger.newLedger();
  const seeded = Object.values(SEEDED).flatMap((all) => all.map(({ records }) => records));
  await writer.record(
    inTopics([
      [firstRevision],
      aReleasedRoad({ id: good }),
      timedOut.records,
      glass.records,
      reviewed.records,
      reviewOf(reviewed, 'denied'),
      underReview.records,
      reviewOf(underReview),
      blocked.records,
      ...seeded,
    ]),
  );
  await signAll(ledger.writer);
  service = await testService(database);
});

afterAll(async () => {
  await service.close();
  await ledger.close();
  await database.drop();
});

async function json<T>(path: string): Promise<T> {
  const { status, body } = await service.get(path);
  if (status !== 200) throw new Error(`HTTP ${status}: ${body}`);
  return JSON.parse(body) as T;
}

const report = (name: string, query = ''): Promise<ReportDocument> =>
  json<ReportDocument>(`/v1/reports/${name}${query}`);
const of = (rows: readonly ReportRow[], requestId: string): readonly ReportRow[] =>
  rows.filter((row) => row['requestId'] === requestId);

describe('GET /v1/invariants', () => {
  it('finds each seeded violation, and nothing of a request that followed the rules', async () => {
    const { holds, rules, checked, checkpoint, toSeq } = await json<InvariantsDocument>('/v1/invariants');
    expect(holds).toBe(false);
    expect([checked, toSeq]).toEqual([checkpoint.size, checkpoint.size]);
    for (const [rule, seeded] of Object.entries(SEEDED)) {
      const found = rules.find((each) => each.rule === rule);
      const requests = found?.first.map(({ requestId }) => requestId);
      for (const { id } of seeded) expect([rule, requests]).toEqual([rule, expect.arrayContaining([id])]);
    }
    const ofGood = rules.filter(({ first }) => first.some(({ requestId }) => requestId === good));
    expect(ofGood.map(({ rule }) => rule)).toEqual([]);
  });

  it('finds none of them in a period without records', async () => {
    const { holds, checked } = await json<InvariantsDocument>('/v1/invariants?to=2020-01-01');
    expect([holds, checked]).toEqual([true, 0]);
  });
});

describe('GET /v1/reports/{name}', () => {
  it.each(REPORT_NAMES)('%s says its population and its checkpoint, as JSON and CSV alike', async (name) => {
    const { population, checkpoint, columns, rows } = await report(name);
    expect(population.toSeq).toBe(checkpoint.size);
    expect(checkpoint.note).toContain('tollgate/spec/ledger');
    for (const row of rows) expect(Object.keys(row)).toEqual(columns);
    const { body, headers } = await service.get(`/v1/reports/${name}?format=csv`);
    expect(body.split('\r\n')[0]).toBe(columns.map((column) => `"${column}"`).join(','));
    expect(headers['tollgate-checkpoint']).toMatch(/^\d+$/);
    expect(headers['content-disposition']).toContain(`${name}-records-0-to-`);
  });

  it('decisions: who, what, how long, by which rule', async () => {
    const { rows } = await report('decisions');
    expect(of(rows, good)).toMatchObject([
      { action: 'deploy_prod', rule: 'matrix[5]', outcome: 'approved', approvers: 'erin', seconds: 2 },
    ]);
  });

  it('overrides: guardrails and broken glass, with the justification', async () => {
    const { rows } = await report('overrides');
    expect(of(rows, glass.id)).toMatchObject([
      { kind: 'break-glass', person: 'carol', justification: '=cmd|calc', review: 'not on record' },
      { kind: 'override', guardrail: 'freeze', justification: 'the site is down', review: null },
    ]);
    const state = ({ id }: { id: string }) =>
      of(rows, id).flatMap(({ kind, review }) => (kind === 'break-glass' ? [review] : []));
    expect([state(reviewed), state(underReview)]).toEqual([['denied'], ['open']]);
    const { body } = await service.get('/v1/reports/overrides?format=csv');
    expect(body).toContain(`"'=cmd|calc"`);
  });

  it('guardrail-blocks, timeouts and separation of duties with its exceptions', async () => {
    expect(of((await report('guardrail-blocks')).rows, blocked.id)).toMatchObject([
      { guardrail: 'allowed-regions', reason: 'us-east is closed' },
    ]);
    expect(of((await report('timeouts')).rows, timedOut.id)).toMatchObject([{ decidedBy: 'timeout' }]);
    const { rows } = await report('separation-of-duties');
    const [own] = SEEDED['no-own-vote'];
    const separate = [good, own?.id ?? '', glass.id].map((id) => of(rows, id)[0]?.['separate']);
    expect(separate).toEqual([true, false, false]);
  });

  it('response times per team, and who approves at once', async () => {
    const { rows: times } = await report('response-times');
    expect(times.find(({ team }) => team === 'role:cto')).toMatchObject({ median: 2 });
    const { rows } = await report('rubber-stamps');
    expect(rows.find(({ person }) => person === 'erin')).toMatchObject({
      rule: 'matrix[5]',
      share: expect.any(Number),
    });
  });

  it('access to the ledger: the reads of this very test', async () => {
    await report('decisions', '?from=2026-01-01');
    // A read is put on record beside its answer, and told once a checkpoint covers it.
    await waitUntil(
      'the read is told',
      async () => {
        await signAll(ledger.writer);
        const { rows } = await report('ledger-access');
        return rows.some(
          ({ reader, query }) => reader === 'reader' && query === 'GET /v1/reports/decisions?from=2026-01-01',
        );
      },
      20_000,
    );
  });

  it.each([
    ['decisions?format=xml', 400],
    ['decisions?from=yesterday', 400],
    ['decisions?limit=1', 400],
    ['secrets', 404],
    ['constructor', 404],
  ])('refuses %s', async (path, expected) => {
    const { status, headers } = await service.get(`/v1/reports/${path}`);
    expect(status).toBe(expected);
    expect(headers['content-type']).toContain('application/problem+json');
  });
});

describe('records that say something else than they should', () => {
  type Turn = (value: JsonValue) => JsonValue;
  const everywhere =
    (turn: Turn): Turn =>
    (value) => {
      if (Array.isArray(value)) return turn(value.map(everywhere(turn)));
      if (value === null || typeof value !== 'object') return turn(value);
      return turn(
        Object.fromEntries(Object.entries(value).map(([name, member]) => [name, everywhere(turn)(member)])),
      );
    };
  const strings =
    (text: string): Turn =>
    (value) =>
      typeof value === 'string' ? text : value;
  const turns: Record<string, Turn> = {
    'no times': strings('soon'),
    'times without an end': strings('infinity'),
    'times of no calendar': strings('2026-13-41T25:61:61Z'),
    'huge numbers': (value) => (typeof value === 'number' ? 1e300 : value),
    'words for numbers': (value) => (typeof value === 'number' ? 'many' : value),
    'things for lists': (value) => (Array.isArray(value) ? { 0: value[0] ?? null } : value),
    'numbers for lists': (value) => (Array.isArray(value) ? 7 : value),
    'nothing anywhere': (value) => (typeof value === 'object' ? value : null),
    'half a character': strings('\ud800'),
    'an end of text': strings('\u0000'),
  };

  /** The records of a road with what is under `data` turned round; the request's id stays. */
  const turned = (id: string, turn: Turn): IncomingRecord[] =>
    [...aReleasedRoad({ id }), { ...firstRevision, key: randomUUID() }].map((record) => {
      const { data, ...event } = JSON.parse(String(record.value)) as { data: { [name: string]: JsonValue } };
      const changed = everywhere(turn)(data) as { request?: { [name: string]: JsonValue } };
      if (changed.request !== undefined) changed.request['id'] = id;
      return { ...record, value: Buffer.from(JSON.stringify({ ...event, data: changed })) };
    });

  it('keep no report from being made, and change nothing of what it says of the others', async () => {
    const before = new Map<string, readonly ReportRow[]>();
    for (const name of REPORT_NAMES) before.set(name, (await report(name)).rows);
    const roads = Object.values(turns).map((turn) => turned(randomUUID(), turn));
    const [first] = aReleasedRoad({ id: randomUUID() });
    const noText = { ...first!, value: Buffer.concat([first!.value!, Buffer.from([0xff])]) };
    await ledger.newLedger().ledger.record(inTopics([...roads, [noText]], 1));
    await signAll(ledger.writer);
    for (const name of REPORT_NAMES) {
      const { rows } = await report(name);
      if (name === 'ledger-access') continue;
      const known = new Set(before.get(name)?.map((row) => row['seq']));
      const same = rows.filter(({ seq }) => known.has(seq));
      if (known.has(undefined)) expect(rows.length).toBeGreaterThanOrEqual(known.size);
      else expect([name, same]).toEqual([name, before.get(name)]);
    }
  });
});
