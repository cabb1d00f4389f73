import { describe, expect, it } from '@jest/globals';
import { type JsonObject } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import fc from 'fast-check';
import { aReleasedRoad } from '../testing/a-road.js';
import { understandRecord } from './understand-record.js';

const ID = '018f6b1e-7a4c-7cc0-8000-000000000042';
const road = aReleasedRoad({ id: ID });
const [submitted, routed, notified, voted, decided, judged, released] = road as [
  IncomingRecord,
  IncomingRecord,
  IncomingRecord,
  IncomingRecord,
  IncomingRecord,
  IncomingRecord,
  IncomingRecord,
];
const OF_REQUEST = { requestId: ID, action: 'deploy_prod', environment: 'production', requester: 'ci-bot' };

const changed = (record: IncomingRecord, change: (event: JsonObject) => void): IncomingRecord => {
  const event = JSON.parse(record.value?.toString() ?? '') as JsonObject;
  change(event);
  return { ...record, value: Buffer.from(JSON.stringify(event)) };
};

const OTHER_ID = '018f6b1e-7a4c-7cc0-8000-000000000043';

function requestOf(event: JsonObject): JsonObject {
  const { request } = event['data'] as { request: JsonObject };
  return request;
}

function nameAction(event: JsonObject, action: string | number): void {
  requestOf(event)['action'] = action;
}

function nameRequest(event: JsonObject, id: string): void {
  requestOf(event)['id'] = id;
}

describe('understandRecord', () => {
  it.each([
    [submitted, { ...OF_REQUEST, riskLevel: 'medium', persons: ['ci-bot', 'alice'] }],
    [routed, { ...OF_REQUEST, riskLevel: 'high', persons: ['erin', 'alice'] }],
    [notified, { requestId: ID, persons: ['erin'] }],
    [voted, { requestId: ID, outcome: 'approve', persons: ['erin'] }],
    [decided, { ...OF_REQUEST, riskLevel: 'high', outcome: 'approved', persons: ['erin'] }],
    [judged, { ...OF_REQUEST, riskLevel: 'high', outcome: 'passed' }],
    [released, { ...OF_REQUEST, riskLevel: 'high', outcome: 'released' }],
  ])('takes from $topic what questions are asked by', (record, expected) => {
    const understood = Object.fromEntries(
      Object.entries(understandRecord(record)).filter(([, value]) => value !== undefined),
    );
    expect(understood).toEqual({ reading: 'event', eventType: `tollgate.${record.topic}.v1`, ...expected });
  });

  it('names a person once', () => {
    const twice = changed(submitted, (event) => {
      const { request } = event['data'] as { request: JsonObject };
      request['onBehalfOf'] = ['alice', 'bob', 'bob'];
    });
    expect(understandRecord(twice).persons).toEqual(['ci-bot', 'alice', 'bob']);
  });

  it('takes a later version of an event, and fields that it does not know', () => {
    const later = changed(decided, (event) => {
      event['type'] = 'tollgate.decision.made.v2';
      event['data'] = { ...(event['data'] as JsonObject), weather: { sky: 'blue' } };
    });
    expect(understandRecord(later)).toMatchObject({
      reading: 'event',
      eventType: 'tollgate.decision.made.v2',
      outcome: 'approved',
    });
  });

  it('takes an event of a topic whose data it does not know', () => {
    const record = changed(submitted, (event) => {
      event['type'] = 'tollgate.delegation.imagined.v1';
      event['data'] = { delegation: 'd1' };
    });
    expect(understandRecord({ ...record, topic: 'delegation.imagined' })).toMatchObject({
      reading: 'event',
      requestId: ID,
    });
  });

  describe('flags as unreadable, and still finds the request by the key', () => {
    it.each<[string, IncomingRecord]>([
      ['no value', { ...decided, value: null }],
      ['no JSON', { ...decided, value: Buffer.from('{"specversion":') }],
      ['JSON that is no object', { ...decided, value: Buffer.from('[1]') }],
      ['bytes that are no text', { ...decided, value: Buffer.from([0xff, 0xfe, 0]) }],
      ['an event of another topic', { ...decided, topic: 'route.resolved' }],
      ['no envelope', changed(decided, (event) => delete event['specversion'])],
      ['no data', changed(decided, (event) => delete event['data'])],
      ['an action that is no name', changed(decided, (event) => nameAction(event, 'deploy\u0000prod'))],
      ['an action that is no text', changed(decided, (event) => nameAction(event, 7))],
      ['a request that is not that of the key', changed(decided, (event) => nameRequest(event, OTHER_ID))],
    ])('%s', (_, record) => {
      expect(understandRecord(record)).toEqual({ reading: 'unreadable', requestId: ID });
    });
  });

  it('finds no request where the key names none', () => {
    expect(understandRecord({ ...decided, key: 'poison', value: null })).toEqual({ reading: 'unreadable' });
    expect(understandRecord({ ...decided, key: null, value: null })).toEqual({ reading: 'unreadable' });
  });

  it('looks at nothing that comes from outside the door', () => {
    expect(understandRecord({ ...submitted, topic: 'request.inbound.ci-bot' })).toEqual({
      reading: 'withheld',
    });
  });

  describe('a dead letter or a retry', () => {
    const letter = (topic: string, origin: string): IncomingRecord => ({
      ...decided,
      topic,
      key: `${origin}-0-12`,
      headers: { 'tollgate-origin-topic': Buffer.from(origin), 'tollgate-request-id': Buffer.from(ID) },
    });

    it('is a letter about its request', () => {
      for (const topic of ['guardrail.dead-letter', 'guardrail.retry']) {
        expect(understandRecord(letter(topic, 'decision.made'))).toEqual({
          reading: 'letter',
          requestId: ID,
        });
      }
    });

    it('is withheld where it carries a record from outside the door', () => {
      for (const topic of ['intake.dead-letter', 'intake.retry']) {
        expect(understandRecord(letter(topic, 'request.inbound.ci-bot')).reading).toBe('withheld');
      }
    });

    it('is withheld where it does not say what it carries', () => {
      expect(understandRecord({ ...decided, topic: 'intake.retry', headers: {} }).reading).toBe('withheld');
    });
  });

  it('refuses nothing, whatever comes', () => {
    const topics = fc.constantFrom(
      ...road.map(({ topic }) => topic),
      'intake.dead-letter',
      'policy.published',
    );
    const anything = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array)),
      fc.json().map((text) => Buffer.from(text)),
      fc.anything().map((data) => Buffer.from(JSON.stringify({ specversion: '1.0', data }) ?? '')),
    );
    fc.assert(
      fc.property(topics, anything, fc.option(fc.string()), (topic, value, key) => {
        const { reading } = understandRecord({ ...decided, topic, value, key });
        expect(['event', 'letter', 'withheld', 'unreadable']).toContain(reading);
      }),
    );
  });
});
