import { expect, it } from '@jest/globals';
import { ownPlace } from './own-place.js';

it.each([
  ['/?person=erin', '/?person=erin'],
  ['/requests/1/proof', '/requests/1/proof'],
  ['//evil.example/', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example/', '/'],
  ['/..//evil.example/', '/'],
  ['/sign-out', '/'],
  [`/${'a'.repeat(600)}`, '/'],
  [undefined, '/'],
])('%s leads to %s', (to, place) => {
  expect(ownPlace(to)).toBe(place);
});
