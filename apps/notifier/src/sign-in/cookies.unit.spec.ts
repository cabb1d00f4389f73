import { describe, expect, it } from '@jest/globals';
import { newCookieValue, OwnCookie } from './cookies.js';

const VALUE = 'A'.repeat(43);

describe('OwnCookie', () => {
  it('is bound to the host and to https where there is https', () => {
    const secure = new OwnCookie('session', 'https://tollgate.example.com');
    expect(secure.set(VALUE, 60)).toBe(
      `__Host-session=${VALUE}; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure`,
    );
    expect(secure.clear()).toBe('__Host-session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure');
    // Another host of the domain can set cookies without the prefix.
    expect(secure.read(`session=${VALUE}`)).toBeUndefined();
    const plain = new OwnCookie('session', 'http://localhost:4200');
    expect(plain.set(VALUE, 60)).toBe(`session=${VALUE}; Max-Age=60; Path=/; HttpOnly; SameSite=Lax`);
  });

  it.each([
    [`session=${VALUE}`, VALUE],
    [`other=1; session=${VALUE}; more=2`, VALUE],
    [`session=short; session=${VALUE}`, VALUE],
    [`session=${VALUE}x`, undefined],
    [`session="${VALUE}"`, undefined],
    [`xsession=${VALUE}`, undefined],
    ['session', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %s', (header, value) => {
    expect(new OwnCookie('session', 'http://localhost').read(header)).toBe(value);
  });

  it('has values that nobody guesses', () => {
    const values = new Set(Array.from({ length: 100 }, newCookieValue));
    expect(values.size).toBe(100);
    for (const value of values) expect(value).toMatch(/^[\w-]{43}$/);
  });
});
