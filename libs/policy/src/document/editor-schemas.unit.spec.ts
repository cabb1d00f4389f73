import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { editorSchemas } from './editor-schemas.js';

const folder = new URL('../../../../policies/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const schemas = editorSchemas();
const compiled = new Map<string, ValidateFunction>();
function accepts(name: string): ValidateFunction {
  const known =
    compiled.get(name) ?? new Ajv2020({ strict: false, validateFormats: false }).compile(schemas[name] ?? {});
  compiled.set(name, known);
  return known;
}

/** Where one of these fails after a wanted change: `npm run generate -w @tollgate/policy`. */
describe('the JSON Schemas for editors', () => {
  it.each(['policy', 'directory', 'cases'])(
    'of %s: the file is what the classes say, and takes what is shipped',
    (name) => {
      expect(JSON.parse(read(`${name}.schema.json`))).toEqual(schemas[`${name}.schema.json`]);
      const check = accepts(`${name}.schema.json`);
      expect(check(parse(read(`${name}.yaml`)))).toBe(true);
      expect(read(`${name}.yaml`)).toMatch(
        new RegExp(`^# yaml-language-server: \\$schema=${name}\\.schema\\.json\n`),
      );
    },
  );

  const policy = {
    version: 1,
    matrix: [{ action: 'a', riskLevel: 'low', environment: '*', decide: 'cto' }],
    checkpoints: { default: { timeout: 'PT1H', onSilence: 'deny' } },
    releaseValidity: 'PT1H',
  };
  const line = policy.matrix[0];

  it.each<[string, object]>([
    [
      'a nested quorum',
      {
        matrix: [
          { ...line, decide: { stages: [{ atLeast: 2, of: 'lead' }, { group: 'finance' }], denials: 2 } },
        ],
      },
    ],
    ['the short form', { matrix: { deploy: { low: 'automation', '*': { role: 'cto' } } } }],
    [
      'an escalation',
      { checkpoints: { default: { timeout: 'PT1H', onSilence: { ask: 'cto', checkpoint: 'x' } } } },
    ],
    ['sign-ins for some risks', { signIn: { high: 'passkey' }, matrix: [{ ...line, signIn: 'link' }] }],
    [
      'reasons and a pause',
      {
        checkpoints: {
          default: { timeout: 'PT1H', onSilence: 'deny', reasonFor: ['deny'], pauseForAnswer: 'PT4H' },
        },
      },
    ],
    ['several checkpoints', { matrix: [{ ...line, checkpoint: ['a', 'b'] }] }],
  ])('take %s', (_, given) => {
    expect(accepts('policy.schema.json')({ ...policy, ...given })).toBe(true);
  });

  it.each<[string, object]>([
    ['an unknown field of a line', { matrix: [{ ...line, colour: 'red' }] }],
    ['an unknown risk in the short form', { matrix: { deploy: { lo: 'automation' } } }],
    ['a checkpoint without a timeout', { checkpoints: { default: { onSilence: 'deny' } } }],
    ['a sign-in that is none', { signIn: { high: 'password' } }],
    ['a sign-in at a risk that is none', { signIn: { any: 'link' } }],
    ['no default checkpoint', { checkpoints: {} }],
    ['a guardrail of no kind', { guardrails: [{ id: 'g', reason: 'r' }] }],
    ['an unknown field', { rules: [] }],
    [
      'an escalation to nowhere',
      { checkpoints: { default: { timeout: 'PT1H', onSilence: { ask: 'cto' } } } },
    ],
  ])('refuse %s', (_, given) => {
    expect(accepts('policy.schema.json')({ ...policy, ...given })).toBe(false);
  });
});
