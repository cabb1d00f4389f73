import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Decision, type Override, type VoteCast } from '@tollgate/contracts';
import { workspaceFolder } from '@tollgate/servers';
import { understandRecord } from '../record-records/understand-record.js';
import { type ExportRow } from './export-rows.js';
import { ocsfEvent } from './ocsf-event.js';

const FOLDER = join(workspaceFolder(), 'libs', 'contracts', 'fixtures');
interface Fixture {
  readonly topic: string;
  readonly key: string;
  readonly value: { readonly data: Record<string, unknown> };
}
const fixtureOf = (name: string): Fixture => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Fixture;
const fixtures = readdirSync(FOLDER).filter((name) => !name.endsWith('.schema.json'));

const SHA256 = Buffer.alloc(32, 7);

function rowOf({ topic, key, value: event }: Fixture, given: Partial<ExportRow> = {}): ExportRow {
  const value = Buffer.from(JSON.stringify(event));
  const { requestId, ...facts } = understandRecord({
    topic,
    partition: 2,
    offset: 41n,
    key,
    value,
    headers: {},
    time: 1_795_000_000_123,
  });
  return {
    seq: '77',
    topic,
    partition: 2,
    record_offset: '41',
    withheld: false,
    encrypted: false,
    arrived_ms: '1795000000456',
    broker_ms: '1795000000123',
    sha256: SHA256,
    arrived_at: new Date(1_795_000_000_456),
    reading: facts.reading,
    request_id: requestId ?? null,
    event_type: null,
    action: facts.action ?? null,
    environment: facts.environment ?? null,
    risk_level: facts.riskLevel ?? null,
    requester: facts.requester ?? null,
    outcome: facts.outcome ?? null,
    persons: [...(facts.persons ?? [])],
    key: Buffer.from(key),
    headers: null,
    value,
    ...given,
  } as ExportRow;
}

describe('a record as an OCSF event', () => {
  it.each(fixtures)('of %s has what its class requires', (name) => {
    const fixture = fixtureOf(name);
    const { topic } = fixture;
    const event = ocsfEvent(rowOf(fixture));
    const { activity_id: activity } = event;
    expect(event).toMatchObject({
      category_uid: 6,
      class_uid: 6003,
      type_uid: 600_300 + Number(activity),
      severity_id: expect.any(Number),
      time: 1_795_000_000_123,
      metadata: {
        version: '1.3.0',
        product: { name: 'Tollgate', vendor_name: 'Tollgate' },
        logged_time: 1_795_000_000_456,
        sequence: 77,
      },
      actor: { user: { name: expect.stringMatching(/./), type_id: expect.any(Number) } },
      api: { operation: topic },
      src_endpoint: { svc_name: expect.stringMatching(/^(intake|router|notifier|guardrail)$/) },
      unmapped: { topic, partition: 2, offset: '41', sha256: SHA256.toString('hex') },
    });
    expect([1, 3, 4]).toContain(activity);
    expect(JSON.stringify(event)).not.toMatch(/eyJ[\w-]{8,}\./);
  });

  it('names the person who voted, and what they said', () => {
    const fixture = fixtureOf('vote.cast.v1.json');
    const { requestId, vote } = fixture.value.data as unknown as VoteCast;
    expect(ocsfEvent(rowOf(fixture))).toMatchObject({
      activity_id: 1,
      actor: { user: { name: vote.person, type_id: 1 } },
      status_detail: vote.verdict,
      metadata: { correlation_uid: requestId },
      resources: [{ uid: requestId, type: 'request' }],
    });
  });

  it('says what stands out', () => {
    const fixture = fixtureOf('decision.made.v1.json');
    const severity = (change: Partial<Decision>): unknown => {
      const decision = { ...(fixture.value.data['decision'] as Decision), overrides: [], ...change };
      const changed = { ...fixture, value: { ...fixture.value, data: { ...fixture.value.data, decision } } };
      return ocsfEvent(rowOf(changed))['severity_id'];
    };
    const override: Override = {
      guardrail: 'budget',
      person: 'erin',
      justification: 'agreed',
      at: '2026-11-01T10:05:00.000Z',
      authentication: 'signed-in',
    };
    expect(severity({ outcome: 'approved' })).toBe(1);
    expect(severity({ outcome: 'denied' })).toBe(2);
    expect(severity({ overrides: [override] })).toBe(3);
    expect(severity({ decidedBy: 'break-glass' })).toBe(4);
  });

  it.each([
    ['unreadable', { reading: 'unreadable', value: Buffer.from('{"') }],
    ['withheld', { reading: 'withheld', withheld: true, value: null }],
  ] as const)('is of an unknown activity where the record is %s', (_what, given) => {
    expect(ocsfEvent(rowOf(fixtureOf('vote.cast.v1.json'), given))).toMatchObject({
      activity_id: 0,
      type_uid: 600_300,
      unmapped: { data: null },
    });
  });
});
