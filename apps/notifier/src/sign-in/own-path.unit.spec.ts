import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ownPath } from './own-path.js';

const ORIGIN = 'https://tollgate.example.com';

describe('ownPath', () => {
  it.each([
    ['/inbox', '/inbox'],
    ['/inbox?risk=high&page=2', '/inbox?risk=high&page=2'],
    ['/review/a/../b', '/review/b'],
    [undefined, '/inbox'],
    ['', '/inbox'],
  ])('takes %s', (to, path) => expect(ownPath(to)).toBe(path));

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' /inbox',
    'inbox',
    'javascript:alert(1)',
    '/a/..//evil.example',
    '/sign-in',
    '/sign-in?to=/inbox',
    '/sign-in/return?code=1',
    '/sign-out',
    `/${'a'.repeat(500)}`,
    '/ä',
    ['/inbox'],
    7,
  ])('refuses %j', (to) => expect(ownPath(to)).toBeUndefined());

  it('never leads a browser to another origin, whatever it is given', () => {
    const part = fc.constantFrom('/', '\\', '.', '..', ':', '@', 'evil.example', '?', '#', '%2f', 'a', '\t');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const path = ownPath(`/${parts.join('')}`);
        if (path !== undefined) expect(new URL(path, ORIGIN).origin).toBe(ORIGIN);
      }),
    );
  });
});
