import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTerminal } from '../terminal/terminal.js';
import { lintPolicy } from './lint-policy.js';

const SHIPPED = join(import.meta.dirname, '..', '..', '..', '..', 'policies');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-lint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function lint(change: (policy: string) => string, json = false) {
  const paths = { policy: join(folder, 'policy.yaml'), directory: join(SHIPPED, 'directory.yaml') };
  writeFileSync(paths.policy, change(readFileSync(join(SHIPPED, 'policy.yaml'), 'utf8')));
  let out = '';
  const sink = { write: (text: string) => (out += text) };
  const code = lintPolicy(createTerminal({ json, colour: false, out: sink, err: sink }), paths);
  return { code, out, paths };
}

describe('policy lint', () => {
  it('finds no error in the policy that is shipped', () => {
    const { code, out } = lint((text) => text);
    expect(code).toBe(0);
    expect(out).toContain('0 errors and ');
  });

  it('names file, line and column of an unknown role', () => {
    const { code, out, paths } = lint((text) => text.replace('role: cto', 'role: king'));
    const line =
      readFileSync(paths.policy, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('king')) + 1;
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^${paths.policy}:${line}:\\d+: error: .*king`));
  });

  it('gives the faults as JSON', () => {
    const { code, out } = lint((text) => text.replace('version: 1', 'version: one'), true);
    const { faults } = JSON.parse(out) as { faults: unknown[] };
    expect(code).toBe(1);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ pointer: '/version', line: 2 });
  });
});
