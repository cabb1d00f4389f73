import { describe, expect, it } from '@jest/globals';
import { isSameOrigin } from './same-origin.js';

const OWN = 'https://tollgate.example.test';

describe('isSameOrigin', () => {
  it.each([
    ['a current browser under no-referrer', { origin: 'null', fetchSite: 'same-origin' }, true],
    ['a current browser', { origin: OWN, fetchSite: 'same-origin' }, true],
    ['an older browser', { origin: OWN }, true],
    ['a foreign page', { origin: 'https://evil.example', fetchSite: 'cross-site' }, false],
    ['a foreign page that hides itself', { origin: 'null', fetchSite: 'cross-site' }, false],
    ['a sibling site', { origin: 'https://blog.example.test', fetchSite: 'same-site' }, false],
    ['a forged origin', { origin: 'https://evil.example', fetchSite: 'same-origin' }, false],
    ['an address bar', { fetchSite: 'none' }, false],
    ['an older browser in a sandbox', { origin: 'null' }, false],
    ['a script that says nothing', {}, false],
  ])('%s', (_who, headers, expected) => {
    expect(isSameOrigin(headers, OWN)).toBe(expected);
  });
});
