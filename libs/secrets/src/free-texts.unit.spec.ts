import { describe, expect, it } from '@jest/globals';
import { FreeTexts } from './free-texts.js';
import { type RevisionOfSecrets, scannerByRevision } from './scanner-by-revision.js';
import { SecretMarker } from './secret-marker.js';

const marker = new SecretMarker('k'.repeat(32));

describe('free texts', () => {
  it('are redacted by the revision that rules when they come', async () => {
    let ruling: RevisionOfSecrets = { revision: 1, secrets: () => ({ rules: [], allow: [] }) };
    const texts = new FreeTexts(
      scannerByRevision(() => ruling),
      marker,
    );
    const place = { field: 'vote', scope: 'r', longest: 100 } as const;
    expect(await texts.text('acme_abcdefgh', place)).toBe('acme_abcdefgh');
    const rules = [{ id: 'acme-key', pattern: 'acme_[a-z]{8}' }];
    ruling = { revision: 2, secrets: () => ({ rules, allow: [] }) };
    expect(await texts.text('acme_abcdefgh', place)).toBe(marker.mark('r', 'acme_abcdefgh'));
    expect((await texts.redacted('acme_abcdefgh', place)).cuts).toEqual([
      { rule: 'acme-key', value: 'acme_abcdefgh' },
    ]);
  });

  it('stay as long as they may be, and keep whole characters; what was too long is left to be refused', async () => {
    const texts = new FreeTexts(
      scannerByRevision(() => undefined),
      marker,
    );
    const written = `password=Sw0rdf!sh ${'🚀'.repeat(20)}`;
    for (let longest = written.length; longest < written.length + 4; longest += 1) {
      const text = await texts.text(written, { field: 'reason', scope: 'r', longest });
      expect(text.length).toBeLessThanOrEqual(longest);
      expect(text.isWellFormed()).toBe(true);
      expect(text).toContain(marker.mark('r', 'Sw0rdf!sh'));
    }
    const tooLong = await texts.text(written, { field: 'reason', scope: 'r', longest: written.length - 1 });
    expect(tooLong.length).toBeGreaterThan(written.length - 1);
  });
});
