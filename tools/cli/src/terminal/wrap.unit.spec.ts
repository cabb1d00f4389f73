import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wrap } from './wrap.js';

describe('a text in lines', () => {
  it('hangs below its label', () => {
    expect(wrap('one person of the role cto decides', { width: 24, first: '  Line   ' })).toEqual([
      '  Line   one person of',
      '         the role cto',
      '         decides',
    ]);
  });

  it('breaks a word only where it does not fit on a line', () => {
    expect(wrap('a abcdefghij b', { width: 5 })).toEqual(['a', 'abcde', 'fghij', 'b']);
  });

  it('breaks a compound word at its joints', () => {
    expect(wrap('vp-engineering or delete_resource', { width: 12 })).toEqual([
      'vp-',
      'engineering',
      'or delete_',
      'resource',
    ]);
  });

  it('never has a line that does not fit, and loses no word', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 40 }), (list, width) => {
        const lines = wrap(list.join(' '), { width });
        expect(lines.every((line) => line.length <= width)).toBe(true);
        expect(lines.join(' ')).toBe(list.join(' '));
      }),
    );
  });
});
