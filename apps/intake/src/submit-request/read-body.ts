import { type Checked, type JsonValue } from '@tollgate/contracts';
import { invalid, Problem } from '@tollgate/runtime';
import { type Malformed, type NotInterchangeable, readJson } from './read-json.js';

const malformed = (detail: string, line: number, column: number): Problem =>
  new Problem(400, 'malformed-json', 'The body is not JSON', {
    detail: `Line ${line}, column ${column}: ${detail}.`,
    extra: { line, column },
  });

/** How a body that cannot be read is refused. */
export function unreadable(why: Malformed | NotInterchangeable): Problem {
  if (why.kind === 'malformed') return malformed(why.detail, why.line, why.column);
  return new Problem(422, 'not-i-json', 'The JSON cannot be exchanged exactly', {
    detail: 'The body is JSON, but not I-JSON (RFC 7493); see errors.',
    faults: [why.fault],
  });
}

/**
 * The bytes of an HTTP body, as the content type parser left them.
 * @throws Problem 415 without a JSON body
 */
export function bodyBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  throw new Problem(415, 'unsupported-media-type', 'The content type is not understood', {
    detail: 'Send a JSON body with content-type: application/json.',
  });
}

/**
 * The JSON of an HTTP body.
 * @throws Problem 400 for what is not JSON, 415 without a JSON body, 422 for what is not I-JSON
 */
export function readBody(body: unknown): JsonValue {
  const reading = readJson(bodyBytes(body));
  if (reading.ok) return reading.value;
  throw unreadable(reading.why);
}

/**
 * A checked HTTP body.
 * @param check from `doorCheck`
 * @throws Problem as {@link readBody}, and 422 with a pointer for each fault
 */
export function checkedBody<T>(body: unknown, check: (input: unknown) => Checked<T>): T {
  const checked = check(readBody(body));
  if (!checked.ok) throw invalid(checked.faults);
  return checked.value;
}
