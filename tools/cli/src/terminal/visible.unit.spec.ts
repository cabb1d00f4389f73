import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { visible } from './visible.js';

describe('a text from outside', () => {
  it.each([
    ['two\nlines', 'two lines'],
    ['\u001b[2Jgone', '\\u{1b}[2Jgone'],
    ['user\u202egnp.exe', 'user\\u{202e}gnp.exe'],
    ['a\u200bb', 'a\\u{200b}b'],
    ['plain “text” – ünïcode 🚧', 'plain “text” – ünïcode 🚧'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('never steers the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
