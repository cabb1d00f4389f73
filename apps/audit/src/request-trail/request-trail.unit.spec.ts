import { describe, expect, it } from '@jest/globals';
import { type EventData, type EventTopic } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { type LedgerRow } from '../ledger-reader/ledger-row.js';
import { ledgerEntry } from '../record-records/ledger-entry.js';
import { A_TOKEN, aReleasedRequest, aReleasedRoad, eventRecord } from '../testing/a-road.js';
import { requestTrail } from './request-trail.js';

const ID = '018f6b1e-7a4c-7cc0-8000-000000000042';
const BEGUN = Date.UTC(2026, 10, 2, 9);
const file = aReleasedRequest({ id: ID, submittedAt: BEGUN });
const { request, route, decision, guardrail } = file;

/** The row that the ledger makes of a record. */
function row(record: IncomingRecord, seq: number): LedgerRow {
  const entry = ledgerEntry(record);
  return {
    seq: String(seq),
    arrived_at: new Date(record.time + 100),
    topic: entry.topic,
    partition: entry.partition,
    record_offset: String(entry.offset),
    broker_time: new Date(record.time),
    reading: entry.reading,
    sha256: entry.sha256,
    request_id: entry.requestId ?? null,
    event_type: entry.eventType ?? null,
    action: entry.action ?? null,
    environment: entry.environment ?? null,
    risk_level: entry.riskLevel ?? null,
    requester: entry.requester ?? null,
    outcome: entry.outcome ?? null,
    persons: entry.persons === undefined ? null : [...entry.persons],
    key: entry.bytes.key,
    headers: entry.bytes.headers,
    value: entry.bytes.value,
    bytes: entry.bytes.value?.length ?? null,
  };
}

const trail = (records: readonly IncomingRecord[]) => requestTrail(ID, records.map(row));
const topics = (records: readonly IncomingRecord[]): string[] =>
  trail(records).events.map(({ place }) => place.topic);

const record = <Topic extends EventTopic>(topic: Topic, data: EventData<Topic>, seconds: number, key = ID) =>
  eventRecord(topic, data, ID, { key, time: BEGUN + seconds * 1000 });
const submitted = record('request.submitted', { request }, 0);
const routed = record('route.resolved', { request, route }, 0);

describe('the trail of a request that was released', () => {
  const whole = trail(aReleasedRoad({ id: ID, submittedAt: BEGUN }));

  it('tells who did what and when, in the order of the road', () => {
    expect(whole.events.map(({ who, what, time }) => [time.slice(11, 19), who.join(), what])).toEqual([
      ['09:00:00', 'ci-bot', 'asks for deploy_prod in production, risk medium: fixes the checkout'],
      ['09:00:00', 'router', 'deploy_prod of high risk is decided by the cto'],
      ['09:00:02', 'notifier', 'erin was asked by mail'],
      ['09:00:03', 'erin', 'votes approve: the error budget allows it'],
      ['09:00:03', 'erin', 'approved: erin approved'],
      ['09:00:03', 'guardrail', 'passed'],
      ['09:00:04', 'intake', 'released to ci-bot until 2026-11-02T09:15:03.000Z'],
    ]);
  });

  it('tells who broke the glass, and why', () => {
    const breakGlass = { person: 'dave', justification: 'checkout is down', authentication: 'passkey' };
    const broken = { ...request, breakGlass };
    const { deadline: _none, ...decided } = decision;
    const { events } = trail([
      record('request.submitted', { request: broken }, 0),
      record(
        'decision.made',
        {
          request: broken,
          route: { ...route, decider: 'break-glass', breakGlass: 'outage' },
          decision: { ...decided, decidedBy: 'break-glass', votes: [], explanation: 'dave broke the glass.' },
        },
        1,
      ),
      record(
        'approver.notified',
        {
          ...{ requestId: ID, person: 'erin', count: 1, kind: 'break-glass', step: 0, messageId: '<1@x>' },
          notifiedAt: new Date(BEGUN + 2000).toISOString(),
        },
        2,
        `${ID}|erin|1`,
      ),
    ]);
    expect(events.map(({ who, what }) => [who.join(), what])).toEqual([
      ['ci-bot,dave', expect.stringMatching(/; dave wants to break the glass: checkout is down$/)],
      ['dave', 'approved: dave broke the glass.'],
      ['notifier', 'erin was told that somebody broke the glass by mail'],
    ]);
  });

  it('tells what became of the release', () => {
    const releaseId = file.release.id;
    const ended = { requestId: ID, releaseId, audience: 'ci-bot' };
    const at = new Date(BEGUN + 5000).toISOString();
    const redemption = {
      ...ended,
      redeemedBy: 'ci-bot',
      redeemedAt: at,
      contentHash: 'f'.repeat(64),
      guardrail,
    };
    const revocation = { ...ended, revokedBy: 'operator', reason: 'a bug', revokedAt: at };
    const { events } = trail([
      submitted,
      record('release.redeemed', redemption, 5, releaseId),
      record('release.revoked', revocation, 5, releaseId),
    ]);
    expect(events.slice(1).map(({ who, what }) => [...who, what])).toEqual([
      [
        'ci-bot',
        `redeems the release; by policy revision ${guardrail.policyRevision} no guardrail forbids it`,
      ],
      ['operator', 'revokes the release: a bug'],
    ]);
  });

  it('holds each part of the file, and the vote once', () => {
    const { votes, ...decided } = decision;
    expect(whole).toMatchObject({ requestId: ID, status: 'released', request, route, guardrail, votes });
    expect(whole.decision).toEqual(decided);
  });

  it('shows the release, and not its token', () => {
    expect(whole.release).toMatchObject({ id: file.release.id, audience: 'ci-bot' });
    expect(whole.release?.tokenSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(whole)).not.toContain(A_TOKEN);
  });

  it('says of each record where it lies and what its hash is', () => {
    for (const { place, sha256 } of whole.events) {
      expect(place).toMatchObject({ partition: 0, offset: '0' });
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});

describe('the order of a trail', () => {
  const road = ['request.submitted', 'route.resolved', 'approver.notified', 'vote.cast', 'decision.made'];
  const rest = ['guardrail.evaluated', 'action.released'];

  it('does not depend on the order of arrival', () => {
    expect(topics(aReleasedRoad({ id: ID }).toReversed())).toEqual([...road, ...rest]);
  });

  it('is that of the road where the clock of a later stage is behind', () => {
    const early = record('decision.made', { request, route, decision }, -5);
    expect(topics([early, submitted, routed])).toEqual([
      'request.submitted',
      'route.resolved',
      'decision.made',
    ]);
  });
});

describe('the status of a trail', () => {
  const decided = (outcome: 'approved' | 'denied' | 'expired' | 'cancelled') =>
    record('decision.made', { request, route, decision: { ...decision, outcome } }, 3);
  const withdrawn = record(
    'request.withdrawn',
    { requestId: ID, withdrawnBy: 'alice', reason: '', withdrawnAt: decision.decidedAt },
    2,
  );
  const blocked = record(
    'guardrail.evaluated',
    {
      request,
      route,
      decision,
      guardrail: {
        ...guardrail,
        outcome: 'blocked',
        results: [{ rule: 'regions', verdict: 'blocked', reason: 'not there' }],
      },
    },
    3,
  );
  const failed = record(
    'request.failed',
    { requestId: ID, service: 'guardrail', reason: 'stuck', givenUpBy: 'dave', failedAt: decision.decidedAt },
    9,
  );
  const rejected = record(
    'request.rejected',
    {
      requestId: ID,
      producer: 'ci-bot',
      topic: 'request.inbound.ci-bot',
      partition: 0,
      offset: '4',
      reasons: [{ type: 'invalid', detail: 'has no action' }],
      rejectedAt: decision.decidedAt,
    },
    0,
  );

  it.each<[string, IncomingRecord[]]>([
    ['pending', [submitted, routed]],
    ['approved', [submitted, routed, decided('approved')]],
    ['denied', [submitted, routed, decided('denied')]],
    ['expired', [submitted, routed, decided('expired')]],
    ['cancelled', [submitted, routed, decided('cancelled')]],
    ['cancelled', [submitted, withdrawn]],
    ['blocked', [submitted, routed, decided('approved'), blocked]],
    ['failed', [submitted, routed, failed]],
    ['rejected', [rejected]],
    ['pending', [submitted, rejected]],
    ['released', [...aReleasedRoad({ id: ID }), withdrawn]],
    ['unknown', [{ ...submitted, value: Buffer.from('{') }]],
  ])('is %s', (status, records) => {
    expect(trail(records).status).toBe(status);
  });

  it('comes with the guardrail that blocked', () => {
    expect(trail([blocked]).events.map(({ what }) => what)).toEqual(['blocked by regions (not there)']);
  });
});

describe('what is out of the ordinary', () => {
  it('marks an event that was published again, and one that differs', () => {
    const other = record('route.resolved', { request, route: { ...route, explanation: 'otherwise' } }, 9);
    const events = trail([submitted, routed, routed, other]).events;
    expect(events.map(({ repeat }) => repeat)).toEqual([null, null, 'identical', 'different']);
  });

  it('lets the first event of a key rule', () => {
    const other = record('route.resolved', { request, route: { ...route, rule: 'matrix[9]' } }, 9);
    expect(trail([submitted, routed, other]).route?.rule).toBe('matrix[5]');
  });

  it('shows votes that are not decided on yet, and those that did not count', () => {
    const [vote] = decision.votes;
    if (vote === undefined) throw new Error('the decision has a vote');
    const late = {
      ...vote,
      person: 'carol',
      at: '2026-11-02T09:00:09.000Z',
      counted: false,
      why: 'the step is over',
    };
    const cast = record('vote.cast', { requestId: ID, count: 1, vote: late }, 9, `${ID}/carol/1`);
    const { votes, events } = trail([...aReleasedRoad({ id: ID, submittedAt: BEGUN }), cast]);
    expect(votes).toEqual([vote, late]);
    expect(events.at(-1)?.what).toBe(
      'votes approve: the error budget allows it (not counted: the step is over)',
    );
  });

  it('tells of a dead letter and of its retry', () => {
    const letter = (topic: string): IncomingRecord => ({
      ...routed,
      topic,
      key: 'route.resolved-0-0',
      headers: {
        'tollgate-origin-topic': Buffer.from('route.resolved'),
        'tollgate-origin-partition': Buffer.from('0'),
        'tollgate-origin-offset': Buffer.from('17'),
        'tollgate-reason': Buffer.from('unknown role'),
        'tollgate-request-id': Buffer.from(ID),
      },
    });
    expect(trail([letter('notifier.dead-letter'), letter('notifier.retry')]).events).toMatchObject([
      { who: ['notifier'], what: 'could not digest route.resolved 0/17: unknown role', reading: 'letter' },
      { who: ['operator'], what: 'hands route.resolved 0/17 back to notifier' },
    ]);
  });

  it('shows a record that is no event of its topic', () => {
    const { events } = trail([submitted, { ...routed, value: Buffer.from('{') }]);
    expect(events.at(-1)).toMatchObject({
      reading: 'unreadable',
      what: 'no event of its topic; kept as it came',
    });
  });
});
