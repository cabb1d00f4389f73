import { describe, expect, it } from '@jest/globals';
import { type Reader } from '../ledger-reader/reader.js';
import { ExplorerSessions } from './explorer-sessions.js';
import { SessionSeal } from './session-seal.js';

const AUDITOR: Reader = { name: 'auditor', keySha256: 'ab'.repeat(32), scopes: new Set(['ledger:read']) };
const MINUTE = 60_000;

function sessions({ secret = 'a secret', origin = 'http://localhost:4300' } = {}) {
  const state: { now: number; readers: Reader[] } = { now: 1_800_000_000_000, readers: [AUDITOR] };
  const found = new ExplorerSessions({
    seal: new SessionSeal(Buffer.from(secret)),
    readers: { find: (hash) => state.readers.find(({ keySha256 }) => keySha256 === hash) },
    origin,
    now: () => state.now,
  });
  return { state, sessions: found };
}
const cookieOf = (setCookie: string): string => setCookie.split(';')[0] ?? '';

describe('a session of the explorer', () => {
  it('is known by its cookie, in another process with the same secret too', () => {
    const cookie = cookieOf(sessions().sessions.begin(AUDITOR).setCookie);
    expect(sessions().sessions.find(`other=1; ${cookie}`)?.reader).toBe(AUDITOR);
    expect(sessions({ secret: 'another' }).sessions.find(cookie)).toBeUndefined();
  });

  it('is kept from scripts and other sites, and goes over https alone where there is some', () => {
    expect(sessions().sessions.begin(AUDITOR).setCookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(sessions({ origin: 'https://ledger.test' }).sessions.begin(AUDITOR).setCookie).toMatch(
      /^__Host-.*; SameSite=Strict; Secure$/,
    );
  });

  it('opens nothing once a byte of the cookie is changed', () => {
    const { sessions: ours } = sessions();
    const cookie = cookieOf(ours.begin(AUDITOR).setCookie);
    for (let at = cookie.indexOf('=') + 1; at < cookie.length; at += 7) {
      const changed = `${cookie.slice(0, at)}${cookie[at] === 'A' ? 'B' : 'A'}${cookie.slice(at + 1)}`;
      expect(ours.find(changed)).toBeUndefined();
    }
  });

  it('ends half an hour after the last page, and eight hours after it began', () => {
    const { state, sessions: ours } = sessions();
    let { setCookie } = ours.begin(AUDITOR);
    state.now += 30 * MINUTE;
    expect(ours.find(cookieOf(setCookie))).toBeUndefined();
    let looks = 0;
    ({ setCookie } = ours.begin(AUDITOR));
    for (; looks < 100; looks += 1) {
      state.now += 29 * MINUTE;
      const found = ours.find(cookieOf(setCookie));
      if (found === undefined) break;
      ({ setCookie } = found);
    }
    expect(looks).toBe(Math.floor((8 * 60) / 29));
  });

  it('ends when it is signed out, and when its reader is taken off the list', () => {
    const { state, sessions: ours } = sessions();
    const first = cookieOf(ours.begin(AUDITOR).setCookie);
    const second = cookieOf(ours.begin(AUDITOR).setCookie);
    expect(ours.end(first)).toContain('Max-Age=0');
    expect(ours.find(first)).toBeUndefined();
    expect(ours.find(second)?.reader).toBe(AUDITOR);
    state.readers = [];
    expect(ours.find(second)).toBeUndefined();
  });
});
