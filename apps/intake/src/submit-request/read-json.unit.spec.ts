import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_JSON_DEPTH, readJson } from './read-json.js';

const read = (text: string) => readJson(Buffer.from(text));
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('reading JSON from outside', () => {
  it('reads whatever JSON.stringify writes, as JSON.parse does', () => {
    const value = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (json, indent) => {
        const text = JSON.stringify(json, undefined, indent);
        const reading = read(text);
        // A generated value may hold what is not I-JSON; then the refusal says so, never that it is malformed.
        if (reading.ok) expect(reading.value).toEqual(JSON.parse(text));
        else expect(reading.why.kind).toBe('not-i-json');
      }),
    );
  });

  it('takes nothing that JSON.parse refuses, and calls nothing malformed that it takes', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"b\\n"',
        '"\\x"',
        '"',
        '1',
        '-',
        '0',
        '1e5',
        '01',
        '.5',
        'true',
        'nul',
        ' ',
        '\n',
        '\t',
        '\u0001',
        '\\',
      ),
      { maxLength: 12 },
    );
    const parses = (text: string): boolean => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('');
        const reading = read(text);
        if (reading.ok) expect(parses(text)).toBe(true);
        else if (reading.why.kind === 'malformed') expect(parses(text)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['{"a":1,"b":{"c":1,"c":2}}', '/b/c', /more than once/],
    ['{"a":1,"\\u0061":2}', '/a', /more than once/],
    [`{${Array.from({ length: 40 }, (_, i) => `"m${i}":0`).join(',')},"m39":1}`, '/m39', /more than once/],
    ['{"a":[0,{"n":12345678901234567890}]}', '/a/1/n', /double/],
    ['{"n":3.141592653589793238462643383279}', '/n', /double/],
    ['[1e400]', '/0', /double/],
    ['[1e-400]', '/0', /double/],
    ['{"a":"\\u0000"}', '/a', /U\+0000/],
    ['{"a":"\\ud800"}', '/a', /surrogate/],
    ['{"a":"\\udc00\\ud800"}', '/a', /surrogate/],
    ['{"target":{"__proto__":{}}}', '/target/__proto__', /not accepted/],
    ['{"a/b":{"m~n":"\\u0000"}}', '/a~1b/m~0n', /U\+0000/],
  ])('refuses what is not I-JSON: %s', (text, pointer, detail) => {
    expect(read(text)).toEqual({
      ok: false,
      why: { kind: 'not-i-json', fault: { pointer, detail: expect.stringMatching(detail) } },
    });
  });

  it('takes what only looks like it', () => {
    const text =
      '{"a":{"c":1},"b":{"c":1},"s":"\\ud83d\\ude00 \\\\u0000","n":[0.1,1e2,-0,9007199254740991,1.50,1E-7]}';
    expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it(`takes ${MAX_JSON_DEPTH} levels of nesting, and no more`, () => {
    expect(read(nested(MAX_JSON_DEPTH)).ok).toBe(true);
    expect(read(nested(MAX_JSON_DEPTH + 1))).toMatchObject({ why: { kind: 'not-i-json' } });
    expect(read('['.repeat(200_000))).toMatchObject({ why: { kind: 'not-i-json' } });
  });

  it('says where the text stops being JSON, and never what stands there', () => {
    const reading = read('{\n  "a": 1,\n  secret: 2\n}');
    expect(reading).toMatchObject({ ok: false, why: { kind: 'malformed', line: 3, column: 3 } });
    expect(JSON.stringify(reading)).not.toContain('secret');
  });

  it.each([
    ['', 'too early'],
    ['{"a":', 'too early'],
    ['{} {}', 'after the end'],
    ['\uFEFF{}', 'expected a JSON value'],
    ['{"a":"\n"}', 'control character'],
    ['{a:1}', 'member name'],
    ['{"a" 1}', 'colon'],
    ['[1 2]', 'comma'],
    ['["\\x"]', 'escape'],
  ])('words what is malformed: %j', (text, words) => {
    expect(read(text)).toMatchObject({ why: { kind: 'malformed', detail: expect.stringContaining(words) } });
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(readJson(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ why: { kind: 'malformed' } });
  });
});
