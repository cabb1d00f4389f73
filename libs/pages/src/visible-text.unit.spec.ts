import { describe, expect, it } from '@jest/globals';
import { visibleLines, visibleText } from './visible-text.js';

describe('visibleText', () => {
  it.each([
    ['plain text, also ünïcödé 漢字', 'plain text, also ünïcödé 漢字'],
    ['safe\u202Egpj.exe', 'safe⟦U+202E⟧gpj.exe'],
    ['a\u2066b\u2069', 'a⟦U+2066⟧b⟦U+2069⟧'],
    ['zero\u200Bwidth\uFEFF', 'zero⟦U+200B⟧width⟦U+FEFF⟧'],
    ['bell\u0007 nul\0', 'bell⟦U+0007⟧ nul⟦U+0000⟧'],
    ['a\nb\r\nc', 'a⟦U+000A⟧b⟦U+000D⟧⟦U+000A⟧c'],
    ['tag \u{E0041}', 'tag ⟦U+E0041⟧'],
  ])('%j', (given, expected) => {
    expect(visibleText(given)).toBe(expected);
  });

  it('keeps line breaks where lines are shown', () => {
    expect(visibleLines('a\r\nb\u202Ec\n\td')).toEqual(['a', 'b⟦U+202E⟧c', '    d']);
  });
});
