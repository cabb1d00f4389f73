import { describe, expect, it } from '@jest/globals';
import { type Authentication, type SignIn } from '@tollgate/contracts';
import { signInObstacle } from './sign-in-obstacle.js';

const NOW = 10_000_000_000;
const RECENT_MS = 3_600_000;
const recent = NOW - RECENT_MS;

const verdicts: [SignIn, Authentication, number | undefined, string | undefined][] = [
  ['link', 'link', undefined, undefined],
  ['link', 'passkey', 0, undefined],
  ['signed-in', 'link', recent, 'sign-in'],
  ['signed-in', 'signed-in', recent, undefined],
  ['signed-in', 'signed-in', recent - 1, 'sign-in-old'],
  ['signed-in', 'signed-in', undefined, 'sign-in-old'],
  ['signed-in', 'passkey', recent, undefined],
  ['passkey', 'link', recent, 'sign-in'],
  ['passkey', 'signed-in', NOW, 'sign-in'],
  ['passkey', 'passkey', recent, undefined],
  ['passkey', 'passkey', recent - 1, 'sign-in-old'],
];

describe('signInObstacle', () => {
  it.each(verdicts)(
    'where %s is asked for, %s of %s is hindered by %s',
    (wanted, authentication, at, why) => {
      const known = { authentication, ...(at === undefined ? {} : { signedInAt: at }) };
      expect(signInObstacle(wanted, known, NOW, RECENT_MS)).toBe(why);
    },
  );
});
