import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHIPPED } from '../testing/fake-policy.js';
import { runTollgate } from '../testing/run-tollgate.js';

const POLICY = `
version: 1
risk:
  - { id: prod, when: environment == "production", raiseTo: medium }
matrix:
  - { id: big, action: refund, riskLevel: [low, medium], environment: production, when: parameters.amount >= 1000.0 && action < "z", decide: cto }
  - { id: small, action: refund, riskLevel: [low, medium], environment: '*', decide: automation }
  - { id: quick, action: restart, riskLevel: low, environment: staging, decide: team-lead, checkpoint: silent }
  - { id: two, action: restart, riskLevel: [low, medium], environment: '*', decide: { atLeast: 2, of: { role: team-lead } } }
  - { id: key, action: sign, riskLevel: [low, critical], environment: '*', decide: cto, signIn: passkey }
  - { id: never, action: drop_all, riskLevel: '*', environment: '*', decide: deny }
checkpoints:
  default: { timeout: PT4H, onSilence: deny }
  silent: { timeout: PT10M, onSilence: approve }
guardrails: []
releaseValidity: PT15M
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-show-'));
  writeFileSync(join(folder, 'policy.yaml'), POLICY);
});
afterEach(() => rmSync(folder, { recursive: true }));

const show = (...args: string[]) =>
  runTollgate(folder, {}, [
    'policy',
    'show',
    '--policy',
    join(folder, 'policy.yaml'),
    '--directory',
    join(SHIPPED, 'directory.yaml'),
    ...args,
  ]);

const picture = async (): Promise<string> => {
  const file = join(folder, 'matrix.svg');
  await show('--svg', file);
  return readFileSync(file, 'utf8');
};

describe('policy show', () => {
  it('resolves every cell, within 80 columns', async () => {
    const { code, out } = await show();
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    const words = lines.map((line) => line.trim().replace(/\s+/g, ' '));
    expect(words).toContain('refund production · ? depends [1] ○ gap ○ gap');
    expect(words).toContain('others automation automation ○ gap ○ gap');
    expect(words).toContain('drop_all production · ✕ deny ✕ deny ✕ deny');
    expect(out.replace(/\s+/g, ' ')).toContain(
      '[1] if parameters.amount >= 1000.0 && action < "z": one person of the role cto; otherwise automation',
    );
    expect(out).toContain('team-lead !');
    expect(out).toContain('approved when nobody answers');
  });

  it('says which sign-in is asked for, and where a line asks for another', async () => {
    const { out } = await show();
    const words = out.split('\n').map((line) => line.trim().replace(/\s+/g, ' '));
    expect(words).toContain('others cto (passkey) ○ gap ○ gap cto');
    expect(out.replace(/\s+/g, ' ')).toContain(
      'Sign-in of those who decide: link at low and medium risk, signed-in at high, passkey at critical',
    );
    const { cells } = JSON.parse((await show('--json')).out) as {
      cells: { action: string; signIn?: string }[];
    };
    expect(cells.filter(({ signIn }) => signIn === 'passkey').map(({ action }) => action)).toContain('sign');
    expect(await picture()).toContain('; with a passkey</title>');
  });

  it('shows one environment alone, also one that no line names', async () => {
    const { out } = await show('--environment', 'production');
    expect(out).not.toContain('staging');
    const test = await show('--environment', 'test', '--json');
    const { cells } = JSON.parse(test.out) as { cells: { environment: string }[] };
    expect(new Set(cells.map(({ environment }) => environment))).toEqual(new Set(['*']));
  });

  it('draws a picture that needs nothing from outside and tells screen readers what it shows', async () => {
    const svg = await picture();
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="tollgate-title tollgate-desc"/);
    expect(svg).toContain('<title id="tollgate-title">Boundary matrix</title>');
    expect(svg).toContain('refund, environment production: low never comes; medium depends; high no line');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|<script/);
    for (const kind of ['automation', 'people', 'deny', 'gap', 'conditional'])
      expect(svg).toContain(`class="icon ${kind}"`);
  });

  it('escapes what it quotes, so that the picture stays well formed', async () => {
    const svg = await picture();
    expect(svg).not.toMatch(/&(?!#\d+;)/);
    expect(svg).toContain('&#62;= 1000.0 &#38;&#38; action &#60; &#34;z&#34;');
  });

  it('is drawn anew in the docs whenever the policy that is shipped changes', async () => {
    const file = join(folder, 'shipped.svg');
    const root = join(SHIPPED, '..');
    const paths = ['--policy', join(SHIPPED, 'policy.yaml'), '--directory', join(SHIPPED, 'directory.yaml')];
    await runTollgate(folder, {}, ['policy', 'show', ...paths, '--svg', file]);
    // If this fails: npx tollgate policy show --svg docs/images/boundary-matrix.svg
    expect(readFileSync(file, 'utf8').replaceAll(`${root}/`, '')).toBe(
      readFileSync(join(root, 'docs', 'images', 'boundary-matrix.svg'), 'utf8'),
    );
  });

  it('says that the picture cannot be written', async () => {
    const { code, err } = await show('--svg', join(folder, 'nowhere', 'matrix.svg'));
    expect(code).toBe(1);
    expect(err).toContain('cannot be written');
  });
});
