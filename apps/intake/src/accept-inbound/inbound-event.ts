import { type JsonValue, type RejectionReason } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { traceParent } from '../submit-request/trace-parent.js';
import { isObject, readJson } from '../submit-request/read-json.js';

/** The data of an inbound CloudEvent, or why the record is none. */
export type InboundReading =
  | { readonly ok: true; readonly data: JsonValue; readonly traceparent?: string }
  | { readonly ok: false; readonly reasons: RejectionReason[] };

/** A record of an inbound topic is no larger than an HTTP body may be, in bytes. */
export const MAX_INBOUND_BYTES = 256 * 1024;

const SPEC_VERSION = '1.0';
const DATA_POINTER = '/data';

/** One reason, cut to what `request.rejected` holds. */
export const reason = (type: string, detail: string, pointer?: string): RejectionReason => ({
  type,
  detail: detail.slice(0, 1000),
  ...(pointer === undefined ? {} : { pointer: pointer.slice(0, 500) }),
});

const refused = (...reasons: RejectionReason[]): InboundReading => ({ ok: false, reasons });

/** What is wrong with the context attributes of a CloudEvent (CloudEvents 1.0), wherever they stand. */
function attributeFaults(attribute: (name: string) => JsonValue | undefined): RejectionReason[] {
  const faults: RejectionReason[] = [];
  if (attribute('specversion') !== SPEC_VERSION) {
    faults.push(reason('not-a-cloud-event', `specversion must be "${SPEC_VERSION}" (CloudEvents 1.0)`));
  }
  for (const name of ['id', 'source', 'type']) {
    const value = attribute(name);
    if (typeof value !== 'string' || value === '')
      faults.push(reason('not-a-cloud-event', `${name} must be text and not empty`));
  }
  return faults;
}

const isJsonType = (contentType: string): boolean =>
  /^application\/(?:json|[a-z0-9.-]+\+json)\s*(?:;|$)/i.test(contentType);

/** A pointer into the whole event as one into its data. */
const intoData = (pointer: string): string =>
  pointer.startsWith(DATA_POINTER) ? pointer.slice(DATA_POINTER.length) : pointer;

function parsed(value: Buffer, mode: 'structured' | 'binary'): InboundReading {
  const reading = readJson(value);
  if (reading.ok) return { ok: true, data: reading.value };
  const { why } = reading;
  if (why.kind === 'malformed') {
    return refused(reason('malformed-json', `line ${why.line}, column ${why.column}: ${why.detail}`));
  }
  const pointer = mode === 'structured' ? intoData(why.fault.pointer) : why.fault.pointer;
  return refused(reason('not-i-json', why.fault.detail, pointer));
}

function binary(value: Buffer, header: (name: string) => string | undefined): InboundReading {
  const faults = attributeFaults((name) => header(`ce_${name}`));
  if (!isJsonType(header('content-type') ?? 'application/json')) {
    faults.push(reason('unsupported-content-type', 'the data must be application/json'));
  }
  if (faults.length > 0) return refused(...faults);
  const reading = parsed(value, 'binary');
  const traceparent = traceParent(header('ce_traceparent') ?? header('traceparent'));
  return reading.ok && traceparent !== undefined ? { ...reading, traceparent } : reading;
}

function structured(value: Buffer, header: (name: string) => string | undefined): InboundReading {
  const contentType = header('content-type');
  if (contentType !== undefined && !isJsonType(contentType)) {
    return refused(reason('unsupported-content-type', 'send application/cloudevents+json'));
  }
  const reading = parsed(value, 'structured');
  if (!reading.ok) return reading;
  const event = reading.data;
  if (!isObject(event)) return refused(reason('not-a-cloud-event', 'the value must be a CloudEvent in JSON'));
  const faults = attributeFaults((name) => event[name]);
  const dataType = event['datacontenttype'] ?? 'application/json';
  if (typeof dataType !== 'string' || !isJsonType(dataType)) {
    faults.push(reason('unsupported-content-type', 'datacontenttype must be application/json'));
  }
  if (event['data'] === undefined) faults.push(reason('not-a-cloud-event', 'the event has no data'));
  if (faults.length > 0 || event['data'] === undefined) return refused(...faults);
  const { traceparent: given } = event;
  const traceparent = traceParent(typeof given === 'string' ? given : undefined);
  return { ok: true, data: event['data'], ...(traceparent === undefined ? {} : { traceparent }) };
}

/**
 * Reads a record of an inbound topic as a CloudEvent (CloudEvents 1.0, Kafka protocol binding): binary mode where there
 * is a header `ce_specversion`, structured mode otherwise, also without a `content-type`.
 */
export function readInbound({ value, headers }: Pick<IncomingRecord, 'value' | 'headers'>): InboundReading {
  if (value === null) return refused(reason('no-value', 'the record has no value'));
  if (value.length > MAX_INBOUND_BYTES)
    return refused(reason('too-large', `the value is larger than ${MAX_INBOUND_BYTES} bytes`));
  const header = (name: string): string | undefined => headers[name]?.toString('utf8');
  return headers['ce_specversion'] === undefined ? structured(value, header) : binary(value, header);
}
