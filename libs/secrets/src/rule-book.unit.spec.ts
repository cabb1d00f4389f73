import { describe, expect, it } from '@jest/globals';
import { harmlessLookAlikes, syntheticSecrets } from '@tollgate/servers';
import { CONTEXT_RULES } from './context-rules.js';
import { type TextRule } from './rule.js';
import { RuleBook } from './rule-book.js';

const SIZE = 4096;
const filled = (text: string, size = SIZE): string => text.repeat(Math.ceil(size / text.length));

/** Texts in which there is always something to look at, and never a secret. */
const COSTLY: Readonly<Record<string, string>> = {
  'words of secrets': 'the token: of secret= password, ',
  'nothing but one word': 'token: ',
  'the same without spaces': 'token:',
  'values that hold further names': `${'token='.repeat(45)} `,
  'one value that holds names throughout': 'token=',
  'names within names': `${'token'.repeat(50)}: `,
  'values that are long': `token=${'a'.repeat(290)} `,
  'ends that are none': `token=${')'.repeat(290)}x `,
};
/** A value of at most 300 characters is looked into again from each name in it, and the shortest name takes four, its sign included. */
const LOOKS_PER_CHARACTER = 300 / 4;

/** How many characters the rules were asked about. */
function asked(rules: readonly TextRule[], text: string): number {
  let characters = 0;
  const book = new RuleBook(
    rules.map((rule) => ({
      ...rule,
      accept: (groups) => {
        characters += groups.join('').length;
        return rule.accept?.(groups) ?? true;
      },
    })),
  );
  book.find(text);
  return characters;
}

describe('the work of looking closer', () => {
  it.each(Object.entries(COSTLY))('is bounded for each character: %s', (_, text) => {
    expect(asked(CONTEXT_RULES, filled(text))).toBeLessThanOrEqual(LOOKS_PER_CHARACTER * SIZE);
  });

  it.each(Object.entries(COSTLY))('grows with the text, and no faster: %s', (_, text) => {
    const [once, often] = [filled(text), filled(text, 16 * SIZE)].map((all) => asked(CONTEXT_RULES, all));
    expect(often).toBeLessThanOrEqual(17 * (once ?? 0) + SIZE);
  });
});

describe('rules that are matched by backtracking', () => {
  const quick = CONTEXT_RULES.filter(({ isQuick }) => isQuick === true);
  const byBacktracking = new RuleBook(quick);
  const byAutomaton = new RuleBook(quick.map((rule) => ({ ...rule, isQuick: false })));
  const texts = [
    ...syntheticSecrets(10, 7).map(({ text }) => text),
    ...harmlessLookAlikes(10, 7).map(({ field, text }) => `${field}: ${text}`),
    ...Object.values(COSTLY).map((text) => filled(text, 600)),
  ];

  it.each<[string, (text: string) => string]>([
    ['alone', (text) => text],
    ['as a value', (text) => `db_password = '${text}', api_key="${text}"\nTOKEN: ${text};`],
    [
      'beside wide characters',
      (text) => `😀password: ${text}\u00a0😀, \u017fecret=${text}\u2028to\u212aen: ${text}\v`,
    ],
    ['in escaped JSON', (text) => JSON.stringify(JSON.stringify({ clientSecret: text, note: text }))],
    ['after another name', (text) => `token=password=${text} secret:token:${text}`],
  ])('find what the automaton finds: %s', (_, written) => {
    const found = texts.map((text) => byBacktracking.find(written(text)));
    expect(found).toEqual(texts.map((text) => byAutomaton.find(written(text))));
    expect(found.flat().filter((finding) => finding !== undefined)).not.toEqual([]);
  });

  it('may have no modifiers, which V8 gets wrong', () => {
    expect(() => new RuleBook([{ id: 'x', pattern: '(?:a|(?i:secret))', isQuick: true }])).toThrow('anyCase');
  });
});
