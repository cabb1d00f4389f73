import { describe, expect, it } from '@jest/globals';
import { decodeEvent, inboundTopic, requestIdFor } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { exampleBody } from '../testing/example.js';
import { TEST_SCAN } from '../testing/test-scan.js';
import { MAX_INBOUND_BYTES } from './inbound-event.js';
import { readInboundRequest, rejectedRecord } from './inbound-request.js';

const door = {
  owners: new Map([['ci-bot', 'alice']]),
  policyRevision: 3,
  submittedAt: '2026-11-22T18:00:00.000Z',
  scan: TEST_SCAN,
};

const structured = (changes: object = {}): object => ({
  specversion: '1.0',
  id: 'e-1',
  source: '/ci',
  type: 'com.example.deploy',
  datacontenttype: 'application/json',
  data: exampleBody(),
  ...changes,
});

const record = (
  value: object | string | Buffer | null,
  changes: Partial<IncomingRecord> = {},
): IncomingRecord => ({
  topic: inboundTopic('ci-bot'),
  partition: 2,
  offset: 41n,
  key: 'deploy-42',
  value:
    value === null || Buffer.isBuffer(value)
      ? value
      : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  headers: { 'content-type': Buffer.from('application/cloudevents+json; charset=utf-8') },
  time: Date.parse('2026-11-22T17:59:59Z'),
  ...changes,
});

const headers = (given: Record<string, string>): Pick<IncomingRecord, 'headers'> => ({
  headers: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Buffer.from(value)])),
});
const binaryHeaders = {
  ce_specversion: '1.0',
  ce_id: 'e-1',
  ce_source: '/ci',
  ce_type: 'x',
  'content-type': 'application/json',
};
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('a record of an inbound topic', () => {
  it.each([
    ['structured', record(structured())],
    ['structured, without a content type', record(structured(), { headers: {} })],
    ['structured, with an unknown extension', record(structured({ extension: 1 }))],
    ['binary', record(exampleBody(), headers(binaryHeaders))],
  ])('is a request when it is a CloudEvent: %s', async (_name, given) => {
    const inbound = await readInboundRequest(given, door);
    expect(inbound).toMatchObject({
      kind: 'submission',
      submission: {
        key: 'deploy-42',
        request: {
          ...exampleBody(),
          id: requestIdFor('ci-bot', 'deploy-42'),
          producer: 'ci-bot',
          requester: 'ci-bot',
          owner: 'alice',
          policyRevision: 3,
          submittedAt: door.submittedAt,
        },
      },
    });
  });

  it('brings its trace context along, in either mode', async () => {
    expect(await readInboundRequest(record(structured({ traceparent })), door)).toMatchObject({
      submission: { traceparent },
    });
    const binary = record(exampleBody(), headers({ ...binaryHeaders, ce_traceparent: traceparent }));
    expect(await readInboundRequest(binary, door)).toMatchObject({ submission: { traceparent } });
  });

  it.each<[string, IncomingRecord, [type: string, pointer?: string][]]>([
    ['no value', record(null), [['no-value']]],
    ['no key', record(structured(), { key: null }), [['no-key']]],
    ['a key that is too long', record(structured(), { key: 'k'.repeat(201) }), [['invalid-key']]],
    ['a key that was no UTF-8', record(structured(), { key: 'k\ufffd' }), [['invalid-key']]],
    [
      'an unknown producer',
      record(structured(), { topic: inboundTopic('stranger') }),
      [['unknown-producer']],
    ],
    ['no JSON', record('{"a":'), [['malformed-json']]],
    ['bytes', record(Buffer.from([0xff])), [['malformed-json']]],
    ['no CloudEvent', record([1]), [['not-a-cloud-event']]],
    ['another version', record(structured({ specversion: '0.3' })), [['not-a-cloud-event']]],
    [
      'no attributes',
      record({ specversion: '1.0', data: exampleBody() }),
      [['not-a-cloud-event'], ['not-a-cloud-event'], ['not-a-cloud-event']],
    ],
    ['no data', record(structured({ data: undefined })), [['not-a-cloud-event']]],
    [
      'data that is no JSON',
      record(structured({ datacontenttype: 'text/xml' })),
      [['unsupported-content-type']],
    ],
    [
      'another content type',
      record(structured(), headers({ 'content-type': 'avro/binary' })),
      [['unsupported-content-type']],
    ],
    [
      'a binary event without id',
      record(exampleBody(), headers({ ...binaryHeaders, ce_id: '' })),
      [['not-a-cloud-event']],
    ],
    ['data that is no object', record(structured({ data: 5 })), [['invalid', '']]],
    [
      'an unknown field',
      record(structured({ data: { ...exampleBody(), requester: 'bob' } })),
      [['invalid', '/requester']],
    ],
    [
      'a wrong type',
      record(structured({ data: { ...exampleBody(), riskLevel: 7 } })),
      [['invalid', '/riskLevel']],
    ],
    [
      'a number that is not exact',
      record(JSON.stringify(structured()).replace('"replicas":3', '"replicas":1e999')),
      [['not-i-json', '/parameters/replicas']],
    ],
    ['U+0000', record(structured({ data: exampleBody({ reason: 'a\0' }) })), [['not-i-json', '/reason']]],
    [
      'too many bytes',
      record(structured({ data: exampleBody({ parameters: { a: 'x'.repeat(MAX_INBOUND_BYTES) } }) })),
      [['too-large']],
    ],
  ])('is rejected with %s', async (_name, given, reasons) => {
    const inbound = await readInboundRequest(given, door);
    expect(inbound.kind).toBe('rejection');
    if (inbound.kind !== 'rejection') return;
    expect(
      inbound.reasons.map(({ type, pointer }) => (pointer === undefined ? [type] : [type, pointer])),
    ).toEqual(reasons);
  });

  const rejected = (given: IncomingRecord) => {
    const { key, value } = rejectedRecord(given, [
      { type: 'invalid', detail: 'must be text', pointer: '/reason' },
    ]);
    return { key, event: decodeEvent('request.rejected', Buffer.from(String(value)), key) };
  };

  it('is rejected by an event that says where it lies and why, and nothing of what it holds', () => {
    const { key, event } = rejected(record(structured({ data: { reason: 'top secret' } })));
    expect(key).toBe(requestIdFor('ci-bot', 'deploy-42'));
    expect(event.data).toEqual({
      requestId: key,
      producer: 'ci-bot',
      topic: 'request.inbound.ci-bot',
      partition: 2,
      offset: '41',
      reasons: [{ type: 'invalid', detail: 'must be text', pointer: '/reason' }],
      rejectedAt: '2026-11-22T17:59:59.000Z',
    });
    expect(JSON.stringify(event)).not.toContain('secret');
  });

  it('is rejected by the same event each time, and by another one at another place', () => {
    expect(rejected(record(null))).toEqual(rejected(record(null)));
    expect(rejected(record(null)).event.id).not.toBe(rejected(record(null, { offset: 42n })).event.id);
  });

  it('goes by its place when it has no key', () => {
    const one = rejected(record(null, { key: null }));
    expect(one.key).toBe(requestIdFor('ci-bot', 'request.inbound.ci-bot-2-41'));
    expect(rejected(record(null, { key: null, offset: 42n })).key).not.toBe(one.key);
  });

  it.each([-1, 9_223_372_036_854_775_000, Number.NaN])('is rejected also when its time is %d', (time) => {
    expect(rejected(record(null, { time })).event.time).toBe('1970-01-01T00:00:00.000Z');
  });
});
