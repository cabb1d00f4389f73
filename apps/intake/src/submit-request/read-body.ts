import { type Checked, type JsonValue } from '@tollgate/contracts';
import { invalid, Problem } from '@tollgate/runtime';
import { readJson } from './read-json.js';

const malformed = (detail: string, line: number, column: number): Problem =>
  new Problem(400, 'malformed-json', 'The body is not JSON', {
    detail: `Line ${line}, column ${column}: ${detail}.`,
    extra: { line, column },
  });

/**
 * The JSON of an HTTP body.
 * @param body the bytes, as the content type parser left them
 * @throws Problem 400 for what is not JSON, 415 without a JSON body, 422 for what is not I-JSON
 */
export function readBody(body: unknown): JsonValue {
  if (!Buffer.isBuffer(body)) {
    throw new Problem(415, 'unsupported-media-type', 'The content type is not understood', {
      detail: 'Send a JSON body with content-type: application/json.',
    });
  }
  const reading = readJson(body);
  if (reading.ok) return reading.value;
  const { why } = reading;
  if (why.kind === 'malformed') throw malformed(why.detail, why.line, why.column);
  throw new Problem(422, 'not-i-json', 'The JSON cannot be exchanged exactly', {
    detail: 'The body is JSON, but not I-JSON (RFC 7493); see errors.',
    faults: [why.fault],
  });
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
