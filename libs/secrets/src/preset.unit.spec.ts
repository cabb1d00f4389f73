import { describe, expect, it } from '@jest/globals';
import { SECRET_RULES } from '@tollgate/contracts';
import { syntheticSecrets } from '@tollgate/servers';
import { findByPreset, PRESET_RULES, ruleOfPreset } from './preset.js';
import { CONTEXT_RULES } from './context-rules.js';
import { RuleBook } from './rule-book.js';
import { VENDOR_RULES } from './vendor-rules.js';

const always = new RuleBook([...VENDOR_RULES, ...CONTEXT_RULES]);

describe('the preset', () => {
  it('has no rule without a name here, so that a policy can allow what it finds', () => {
    const known: readonly string[] = SECRET_RULES;
    expect(PRESET_RULES.map(ruleOfPreset).filter((rule) => !known.includes(rule))).toEqual([]);
    expect(PRESET_RULES.length).toBeGreaterThan(20);
  });

  it('is not switched off by what it looks at', async () => {
    const [secret] = syntheticSecrets(1, 1).filter(({ kind }) => kind === 'GitHub token');
    const found = await findByPreset(`secretlint-disable\n${secret?.text ?? ''}`);
    expect(found.map(({ rule }) => rule)).toEqual(['github-token']);
  });

  it('finds nothing that the rules before it do not want to look at', async () => {
    const found = [];
    for (const { text } of syntheticSecrets(10, 7)) {
      if ((await findByPreset(text)).length === 0) continue;
      found.push(text);
      expect(always.find(text)).toBeDefined();
    }
    expect(found.length).toBeGreaterThan(100);
  });
});
