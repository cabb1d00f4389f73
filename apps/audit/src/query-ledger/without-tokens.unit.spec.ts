import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { A_TOKEN, aReleasedRequest } from '../testing/a-road.js';
import { withoutTokens } from './without-tokens.js';

describe('withoutTokens', () => {
  it('takes the token out of a release and leaves the rest', () => {
    const data = JSON.parse(JSON.stringify(aReleasedRequest()));
    const shown = withoutTokens(data);
    expect(JSON.stringify(shown)).not.toContain(A_TOKEN);
    expect(shown).toEqual({ ...data, release: { ...data.release, token: '[redacted]' } });
  });

  it('takes a token of any form out of a release', () => {
    expect(withoutTokens({ a: [{ release: { id: 'r1', token: 'opaque', more: { b: 1 } } }] })).toEqual({
      a: [{ release: { id: 'r1', token: '[redacted]', more: { b: 1 } } }],
    });
  });

  it('finds a token in any text', () => {
    expect(withoutTokens({ note: `use ${A_TOKEN}, quickly`, list: [A_TOKEN] })).toEqual({
      note: 'use [redacted], quickly',
      list: ['[redacted]'],
    });
  });

  it('leaves everything else as it is', () => {
    const plain = fc.json().filter((text) => !text.includes('eyJ') && !text.includes('release'));
    fc.assert(
      fc.property(plain, (text) => {
        expect(withoutTokens(JSON.parse(text))).toEqual(JSON.parse(text));
      }),
    );
  });
});
