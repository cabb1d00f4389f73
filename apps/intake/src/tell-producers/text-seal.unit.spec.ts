import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTextSeal, TextSeal } from './text-seal.js';

const OLD = 'o'.repeat(32);
const NEW = 'n'.repeat(32);
const SECRET = 'whsec_very-secret';

describe('a seal', () => {
  it('opens what it sealed, which says nothing by itself and never looks the same', () => {
    const seal = new TextSeal([OLD]);
    const sealed = [seal.seal(SECRET, 'ci-bot'), seal.seal(SECRET, 'ci-bot')];
    expect(new Set(sealed).size).toBe(2);
    for (const text of sealed) {
      expect(text).not.toContain('secret');
      expect(Buffer.from(text, 'base64url').toString('latin1')).not.toContain('secret');
      expect(seal.open(text, 'ci-bot')).toBe(SECRET);
    }
  });

  it('opens for nobody else, and by no other key', () => {
    const sealed = new TextSeal([OLD]).seal(SECRET, 'ci-bot');
    expect(new TextSeal([OLD]).open(sealed, 'other')).toBeUndefined();
    expect(new TextSeal([NEW]).open(sealed, 'ci-bot')).toBeUndefined();
  });

  it('opens by each key, and seals by the first', () => {
    const both = new TextSeal([NEW, OLD]);
    expect(both.open(new TextSeal([OLD]).seal(SECRET, 'ci-bot'), 'ci-bot')).toBe(SECRET);
    expect(new TextSeal([NEW]).open(both.seal(SECRET, 'ci-bot'), 'ci-bot')).toBe(SECRET);
  });

  it('opens nothing that was changed', () => {
    const seal = new TextSeal([OLD]);
    const sealed = seal.seal(SECRET, 'ci-bot');
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (const at of [0, 12, 28, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(seal.open(`v1.${changed.toString('base64url')}`, 'ci-bot')).toBeUndefined();
    }
    for (const text of ['', 'v1.', SECRET, `v1.${SECRET}`, sealed.slice(3)])
      expect(seal.open(text, 'ci-bot')).toBeUndefined();
  });
});

describe('its file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-seal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = (text: string): TextSeal => {
    writeFileSync(join(folder, 'key'), text);
    return readTextSeal(join(folder, 'key'));
  };

  it('holds one key, or the newest first', () => {
    const sealed = read(`${OLD}\n`).seal(SECRET, 'ci-bot');
    expect(read(`${NEW}\n${OLD}\n`).open(sealed, 'ci-bot')).toBe(SECRET);
  });

  it.each(['', '\n', 'very-secret', `${NEW}\nvery-secret`])('is refused with %j', (text) => {
    expect(() => read(text)).toThrow('PRODUCER_WEBHOOK_KEY_FILE');
    expect(() => read(text)).not.toThrow('very-secret');
  });
});
