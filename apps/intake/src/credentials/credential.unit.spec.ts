import { describe, expect, it } from '@jest/globals';
import { apiKey } from '../producers/api-key.js';
import { type Credential, demand, maySee, mayWithdraw, nameOf, type Scope } from './credential.js';

const of = (producer: string | undefined, ...scopes: Scope[]): Credential => ({
  owner: 'alice',
  scopes: new Set(scopes),
  ...(producer === undefined ? {} : { producer }),
});

describe('a credential', () => {
  it.each([
    ['its own producer', of('ci-bot'), true, true],
    ['another producer', of('other'), false, false],
    ['another producer that reads all', of('other', 'requests:read'), true, false],
    ['an operator', of(undefined, 'operate'), true, true],
    ['nobody', of(undefined), false, false],
  ])('of %s sees and withdraws what it may', (_name, credential, sees, withdraws) => {
    expect(maySee(credential, 'ci-bot')).toBe(sees);
    expect(mayWithdraw(credential, 'ci-bot')).toBe(withdraws);
  });

  it('opens what its scopes name', () => {
    expect(() => demand(of('ci-bot', 'operate'), 'operate')).not.toThrow();
    expect(() => demand(of('ci-bot', 'requests:read'), 'operate')).toThrow(/scope operate/);
  });

  it('is on record by its producer, or its owner', () => {
    expect([nameOf(of('ci-bot')), nameOf(of(undefined))]).toEqual(['ci-bot', 'alice']);
  });
});

describe('an API key', () => {
  it('is known by its hash only', () => {
    const { key, hash } = apiKey(Buffer.alloc(32, 7));
    expect(key).toMatch(/^tg_[A-Za-z0-9_-]{43}$/);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(apiKey().key).not.toBe(apiKey().key);
  });
});
