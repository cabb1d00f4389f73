import { describe, expect, it } from '@jest/globals';
import { type DeadLetter } from '@tollgate/messaging';
import { deadLetterDocument, valueText } from './dead-letter-text.js';
import { findDeadLetter, parseWanted } from './find-dead-letter.js';

const letter = (
  service: DeadLetter['service'],
  place: string,
  value: Buffer | null = Buffer.from('{'),
): DeadLetter => ({
  service,
  place,
  reason: 'the value is not JSON',
  failedAt: '2026-11-22T14:00:00.000Z',
  state: 'open',
  origin: {
    topic: 'request.submitted',
    partition: 2,
    offset: 41n,
    key: 'k',
    value,
    headers: { trace: Buffer.from('t') },
    time: 1795356000000,
  },
});

describe('a dead letter named on the command line', () => {
  it.each([
    ['router/request.submitted-2-41', { service: 'router', place: 'request.submitted-2-41' }],
    ['request.submitted-2-41', { place: 'request.submitted-2-41' }],
    ['nobody/request.submitted-2-41', { place: 'nobody/request.submitted-2-41' }],
  ])('%s', (text, wanted) => {
    expect(parseWanted(text)).toEqual(wanted);
  });

  it('is found by its place where one service has it', () => {
    const letters = [letter('router', 'a-0-1'), letter('guardrail', 'b-0-1')];
    expect(findDeadLetter(letters, { place: 'b-0-1' })).toBe(letters[1]);
  });

  it('must name the service where several have it', () => {
    const letters = [letter('intake', 'a-0-1'), letter('notifier', 'a-0-1')];
    expect(() => findDeadLetter(letters, { place: 'a-0-1' })).toThrow('intake/a-0-1 or notifier/a-0-1');
    expect(findDeadLetter(letters, { service: 'notifier', place: 'a-0-1' })).toBe(letters[1]);
  });

  it('is refused where there is none', () => {
    expect(() => findDeadLetter([], { place: 'a-0-1' })).toThrow('no dead letter a-0-1');
  });
});

describe('the original bytes', () => {
  it('are text where they are text', () => {
    expect(valueText(Buffer.from('{"a":\n\u001b1}'))).toEqual(['{"a":', '\\u{1b}1}']);
  });

  it('are shown byte by byte where they are none', () => {
    expect(valueText(Buffer.from([0xff, 0x00, 0x7b]))).toEqual(['00000000  ff 00 7b']);
  });

  it('are all in the JSON', () => {
    const bytes = Buffer.from([0xff, 0x00, 0x7b]);
    expect(deadLetterDocument(letter('router', 'a-0-1', bytes))).toMatchObject({
      service: 'router',
      origin: { offset: '41', value: null, valueBase64: bytes.toString('base64'), headers: { trace: 't' } },
    });
    expect(deadLetterDocument(letter('router', 'a-0-1', null))).toMatchObject({
      origin: { value: null, valueBase64: null },
    });
  });
});
