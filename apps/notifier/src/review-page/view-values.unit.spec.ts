import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ViewBinding, ViewValues } from './view-values.js';

const NOW = Date.parse('2026-11-20T10:30:00.000Z');
const SECRET = 'a secret of at least thirty-two characters';
const values = new ViewValues(SECRET, randomBytes);
const binding: ViewBinding = { holder: 'token', requestId: 'r1', contentHash: 'a'.repeat(64) };

describe('ViewValues', () => {
  it('makes another value for each view, and reads what each says', () => {
    const made = Array.from({ length: 50 }, (_, step) => values.make(binding, step, NOW + step));
    expect(new Set(made).size).toBe(50);
    const read = made.map((value) => values.read(value, binding));
    expect(read.map((view) => view?.step)).toEqual(made.map((_, step) => step));
    expect(read.map((view) => view?.openedAt)).toEqual(made.map((_, step) => NOW + step));
    expect(new Set(read.map((view) => view?.hash)).size).toBe(50);
  });

  it.each([
    ['another link or session', { holder: 'other' }],
    ['another request', { requestId: 'r2' }],
    ['another content', { contentHash: 'b'.repeat(64) }],
  ])('does not read the value of %s', (_what, other) => {
    expect(values.read(values.make({ ...binding, ...other }, 0, NOW), binding)).toBeUndefined();
  });

  it('does not read what was made with another secret, or for another purpose', () => {
    const other = new ViewValues('another secret of thirty-two characters', randomBytes);
    expect(values.read(other.make(binding, 0, NOW), binding)).toBeUndefined();
  });

  it.each(['', 'x', '.', 'ü'.repeat(32) + '.' + 'A'.repeat(43), `${'A'.repeat(32)}.${'A'.repeat(43)}`])(
    'does not read %j',
    (value) => {
      expect(values.read(value, binding)).toBeUndefined();
    },
  );

  it('reads no altered value as another one', () => {
    const value = values.make(binding, 1, NOW);
    const view = values.read(value, binding);
    fc.assert(
      fc.property(
        fc.nat(value.length - 1),
        fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'),
        (place, character) => {
          const altered = value.slice(0, place) + character + value.slice(place + 1);
          const read = values.read(altered, binding);
          // The last characters of a base64 text may differ in bits that say nothing.
          if (read !== undefined) expect(read).toEqual(view);
        },
      ),
    );
  });
});
