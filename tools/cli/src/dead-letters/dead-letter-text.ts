import { type DeadLetter } from '@tollgate/messaging';
import { visible } from '../terminal/visible.js';

/** A dead letter as JSON: bytes as text where they are UTF-8, and always as Base64 beside it. */
export function deadLetterDocument(letter: DeadLetter): Record<string, unknown> {
  const { origin, ...rest } = letter;
  return {
    ...rest,
    origin: {
      topic: origin.topic,
      partition: origin.partition,
      offset: String(origin.offset),
      key: origin.key,
      time: new Date(origin.time).toISOString(),
      headers: Object.fromEntries(
        Object.entries(origin.headers).map(([name, value]) => [name, value.toString('utf8')]),
      ),
      value: textOf(origin.value),
      valueBase64: origin.value === null ? null : origin.value.toString('base64'),
    },
  };
}

/** Bytes as text; null where they are not UTF-8, or there are none. */
export function textOf(bytes: Buffer | null): string | null {
  if (bytes === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const HEX_BYTES_PER_LINE = 16;

/** The bytes of a value for people: text line by line where it is UTF-8, else in hexadecimal. */
export function valueText(value: Buffer | null): string[] {
  if (value === null) return ['(no value)'];
  const text = textOf(value);
  if (text !== null) return text.split('\n').map(visible);
  const lines: string[] = [];
  for (let at = 0; at < value.length; at += HEX_BYTES_PER_LINE) {
    const bytes = value.subarray(at, at + HEX_BYTES_PER_LINE);
    lines.push(
      `${at.toString(16).padStart(8, '0')}  ${(bytes.toString('hex').match(/../g) ?? []).join(' ')}`,
    );
  }
  return lines;
}
