import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolder } from '@tollgate/servers';
import { seeded } from './seeded.js';
import { SEEDED_FAULTS } from './seeded-faults.js';

const root = workspaceFolder();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the faults that are seeded into the gate', () => {
  it('are at least 20, each with a name of its own', () => {
    expect(new Set(SEEDED_FAULTS.map(({ id }) => id)).size).toBe(SEEDED_FAULTS.length);
    expect(SEEDED_FAULTS.length).toBeGreaterThanOrEqual(20);
  });

  it.each(SEEDED_FAULTS.map((fault) => [fault.id, fault] as const))(
    '%s: its text stands in its source once, its specs exist, and the docs name it',
    (_, fault) => {
      const source = read(fault.file);
      expect(seeded(source, fault)).not.toBe(source);
      expect(fault.specs.length).toBeGreaterThan(0);
      expect(fault.specs.filter((spec) => !existsSync(join(root, spec)))).toEqual([]);
      expect(read('docs/design/mutation-check.md')).toContain(`\`${fault.id}\``);
    },
  );
});

describe('seeded', () => {
  const fault = { id: 'one', breaks: '', file: 'a.ts', text: 'yes', replacement: 'no', specs: [] };
  it('puts the fault in the place of its text', () => {
    expect(seeded('say yes!', fault)).toBe('say no!');
  });
  it.each([
    ['0 times', 'say nothing'],
    ['2 times', 'yes yes'],
  ])('refuses a text that stands there %s', (times, source) => {
    expect(() => seeded(source, fault)).toThrow(`one: its text stands ${times} in a.ts`);
  });
});
