import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aCondition } from '../testing/a-line.js';
import { aRequest } from '../testing/a-request.js';
import { compileCondition } from './condition.js';
import { Facts, factsOf } from './facts.js';

const faultOf = (text: string) => {
  const compiled = compileCondition(text);
  return compiled.ok ? undefined : compiled.fault;
};
const evaluate = (text: string, given: Parameters<typeof aRequest>[0] = {}) =>
  aCondition(text).evaluate(factsOf(aRequest(given)));
const list = (length: number) => Array.from({ length }, (_, n) => n);

describe('compileCondition', () => {
  it.each([
    ['targt.region == "x"', 0, /unknown variable: targt; there are action, environment/],
    ['action == "a" && regoin == "x"', 17, /unknown variable: regoin/],
    ['environment == 1', 0, /no such overload: string == int/],
    ['target.region', 0, /must be true or false, and is dyn/],
    ['1 + 1', 0, /must be true or false, and is int/],
    ['action ==', 8, /unexpected token/i],
    ['action == "a" &&\n  foo', 19, /unknown variable: foo/],
    ['action.matches("(a+)+$")', 0, /use matchesRe2/],
    ['"x".split("") == []', 0, /split is no function/],
    ['cel.bind(x, 1, x == 1)', 0, /bind is no function/],
    ['timestamp("2026-01-01T00:00:00Z") > timestamp(0)', 36, /timestamp is no function/],
    ['matchesRe2(action, environment)', 19, /must stand here as a text/],
    ['matchesRe2(action, "(?=x)")', 19, /not in RE2 syntax/],
    ['matchesRe2(action, "(([a-z]{100}){5}){2}")', 19, /too costly/],
    ['target.a.exists(x, target.b.exists(y, target.c.exists(z, z == x)))', 38, /loops nest deeper than 2/],
    [`1${' + 1'.repeat(21)} == 22`, 0, /adds more than 20 times/],
    ['(target.a + target.b).exists(x, x == 1)', 1, /must run over a field/],
    [`action == "${'a'.repeat(4000)}"`, 0, /at most 4000 are read/],
    ['('.repeat(2000), 32, /maxDepth/],
    ['['.repeat(2000), 32, /maxDepth/],
    ['!'.repeat(3000) + 'true', 1000, /maxAstNodes/],
  ])('refuses %s', (text, offset, message) => {
    const fault = faultOf(text);
    expect(fault?.message).toMatch(message);
    expect(fault?.offset).toBe(offset);
  });

  it('never throws, and names a place within the text', () => {
    const piece = fc.constantFrom(
      ...'action target parameters onBehalfOf . [ ] ( ) { } , : ? ! && || == != < > in + - * / % "x" 1 2.0 true null has exists all map x matchesRe2 size'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, spaced) => {
        const text = pieces.join(spaced ? ' ' : '');
        const fault = faultOf(text);
        if (fault === undefined) return;
        expect(fault.offset).toBeGreaterThanOrEqual(0);
        expect(fault.offset).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('evaluate', () => {
  it.each([
    ['target.region == "us-east"', {}, true],
    ['target.region == "eu"', {}, false],
    ['has(target.owner) && target.owner == "x"', {}, false],
    ['!has(target.owner)', {}, true],
    ['parameters.amount > 1000.0', { parameters: { amount: 1000.5 } }, true],
    ['parameters.amount > 1000', { parameters: { amount: 999 } }, false],
    ['"carol" in onBehalfOf', { onBehalfOf: ['carol'] }, true],
    ['risk in ["high", "critical"]', { riskLevel: 'high' as const }, true],
    ['requester == owner', { requester: 'a', owner: 'a' }, true],
    ['target.tags.exists(t, t == "pii")', { target: { tags: ['x', 'pii'] } }, true],
    ['target.tags.all(t, t.startsWith("x"))', { target: { tags: ['x1', 'y'] } }, false],
    ['target.exists(key, key == "size")', { target: { size: 1 } }, true],
    ['matchesRe2(target.host, "^db-[0-9]+$")', { target: { host: 'db-17' } }, true],
    ['environment == "production" || target.missing == 1', {}, true],
  ])('%s', (text, given, expected) => {
    expect(evaluate(text, given)).toBe(expected);
  });

  it.each([
    ['target.owner == "x"', {}, 'there is no owner'],
    ['target.a.b.c == "x"', { target: { a: 1 } }, /./],
    ['target.size > 10', { target: { size: 'big' } }, /no such overload/],
    ['target.flag && true', { target: { flag: 'yes' } }, /./],
    ['target.tags.exists(t, t == 1)', { target: { tags: 7 } }, /./],
    ['target.region == "x"', { target: { constructor: null, region: 'x' } }, /./],
    ['target[parameters.key] == "x"', { parameters: { key: 's3cr3t' } }, 'a field is missing'],
    ['int(target.n) == 1', { target: { n: 's3cr3t' } }, 'int conversion error'],
    ['matchesRe2(target.text, "a")', { target: { text: 'b'.repeat(1001) } }, /at most 1000 characters/],
    [
      'target.list.exists(x, x == -1)',
      { target: { list: list(10_001) } },
      /list of 10001 entries is too long/,
    ],
    [
      'target.list.exists(x, target.list.exists(y, x + y == -1.0))',
      { target: { list: list(101) } },
      /list of 101 entries is too long/,
    ],
    [
      'target.list.exists(x, matchesRe2(x, "a"))',
      { target: { list: list(101).map(String) } },
      /list of 101 entries is too long/,
    ],
  ])('says why it cannot tell: %s', (text, given, why) => {
    const result = evaluate(text, given);
    expect(result).toEqual({ fault: expect.stringMatching(why) });
    expect(JSON.stringify(result)).not.toContain('s3cr3t');
  });

  it('comes out by what is known, and cannot be told where it needs more', () => {
    const facts = new Facts({ environment: 'production' });
    expect(aCondition('environment == "production" || has(target.x)').evaluate(facts)).toBe(true);
    expect(aCondition('environment == "staging" && has(target.x)').evaluate(facts)).toBe(false);
    for (const text of [
      'has(target.x)',
      '!has(target.x)',
      'size(target) == 0',
      'onBehalfOf.all(x, x == "a")',
    ])
      expect(aCondition(text).evaluate(facts)).toEqual({ fault: expect.any(String) });
  });

  it('bounds the work of all conditions of a request together', () => {
    const facts = factsOf(aRequest({ target: { list: list(10_000), text: 'x' } }));
    const loop = aCondition('target.list.exists(x, x == -1)');
    const results = Array.from({ length: 12 }, () => loop.evaluate(facts.atRisk('high')));
    expect(results.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => false));
    expect(results[10]).toEqual({ fault: 'the conditions of this request take too long together' });
    expect(aCondition('matchesRe2(target.text, "x")').evaluate(facts)).toEqual({ fault: expect.any(String) });
    expect(aCondition('target.text == "x"').evaluate(facts)).toBe(true);
  });
});
