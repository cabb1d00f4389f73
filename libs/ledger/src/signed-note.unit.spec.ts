import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openCheckpoint } from './checkpoint.js';
import { formatSignerKey, newSigner, parseSignerKey, parseVerifierKey } from './note-keys.js';
import { addSignature, openNote, parseNote, signNote } from './signed-note.js';

// The example of golang.org/x/mod/sumdb/note.
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PETERS_SIGNER = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;
// The example of C2SP signed-note.
const FOO = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const FOO_NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;
const seed = Buffer.alloc(32, 7);

describe('a signed note', () => {
  it.each([
    ['sumdb/note', PETER, NOTE],
    ['C2SP signed-note', FOO, FOO_NOTE],
  ])('of the example of %s holds', (_, vkey, note) => {
    const verifier = parseVerifierKey(vkey);
    expect(openNote(note, [verifier]).signedBy).toEqual([verifier]);
    expect(verifier.vkey).toBe(vkey);
  });

  it('is signed byte by byte as Go signs it', () => {
    expect(signNote(TEXT, [parseSignerKey(PETERS_SIGNER)])).toBe(NOTE);
  });

  it('that Go made of a checkpoint is read', () => {
    const { checkpoint, vkey, roots } = JSON.parse(
      readFileSync(new URL('../vectors/vectors.json', import.meta.url), 'utf8'),
    ) as { checkpoint: string; vkey: string; roots: string[] };
    const opened = openCheckpoint(checkpoint, parseVerifierKey(vkey));
    expect(opened.size).toBe(300);
    expect(opened.root.toString('base64')).toBe(roots[300]);
    expect(opened.lanes).toEqual([{ topic: 'vote.cast', partition: 3, next: 300n }]);
    expect(new Date(opened.at).toISOString()).toBe('2026-11-02T09:00:00.000Z');
  });

  it('does not hold with any bit of its text or signature turned', () => {
    const verifier = parseVerifierKey(PETER);
    fc.assert(
      fc.property(fc.nat({ max: Buffer.byteLength(NOTE) - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const bytes = Buffer.from(NOTE);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(() => openNote(bytes.toString(), [verifier])).toThrow();
      }),
      { numRuns: 400 },
    );
  });

  it('ignores keys that it does not know, and no false signature of one that it knows', () => {
    const peter = parseSignerKey(PETERS_SIGNER);
    const other = newSigner({ name: 'other', seed });
    const both = addSignature(NOTE, other);
    expect(openNote(both, [peter.verifier]).signedBy).toEqual([peter.verifier]);
    expect(openNote(both, [peter.verifier, other.verifier]).signedBy).toHaveLength(2);
    expect(() => openNote(NOTE, [other.verifier])).toThrow('no trusted key');
    const forged = addSignature(NOTE, { ...other, sign: () => Buffer.alloc(64, 1) });
    expect(() => openNote(forged, [peter.verifier, other.verifier])).toThrow(
      'the signature of other does not hold',
    );
    const impostor = newSigner({ name: 'PeterNeumann', seed });
    expect(() => openNote(signNote(TEXT, [impostor]), [peter.verifier])).toThrow('no trusted key');
  });

  it('replaces the signature of a key that signs again', () => {
    const other = newSigner({ name: 'other', seed });
    expect(parseNote(addSignature(addSignature(NOTE, other), other)).signatures).toHaveLength(2);
  });

  it.each([
    ['no newline at its end', NOTE.trimEnd()],
    ['no signature', TEXT],
    ['a control character', NOTE.replace('think', 'th\tnk')],
    ['a hyphen for the dash', NOTE.replace('— Peter', '- Peter')],
    ['no base64', NOTE.replace('x08go', '!08go')],
    ['base64 in another spelling', NOTE.replace('nAM=', 'nAN=')],
    ['a signature of nothing', `${TEXT}\n— PeterNeumann x08gow==\n`],
    ['more signatures than anybody needs', `${TEXT}\n${NOTE.slice(TEXT.length + 1).repeat(101)}`],
  ])('with %s is refused', (_, note) => {
    expect(() => openNote(note, [parseVerifierKey(PETER)])).toThrow();
  });

  it('is not made of a text that no note may hold', () => {
    const signer = newSigner({ name: 'other', seed });
    expect(() => signNote('no newline', [signer])).toThrow('cannot be signed');
    expect(() => signNote('a tab\t\n', [signer])).toThrow('may hold');
  });
});

describe('keys', () => {
  it('come back as they were written', () => {
    const skey = formatSignerKey({ name: 'tollgate/test/ledger', seed, kind: 'cosignature' });
    expect(parseSignerKey(skey).verifier.vkey).toBe(
      newSigner({ name: 'tollgate/test/ledger', seed, kind: 'cosignature' }).verifier.vkey,
    );
  });

  it.each([
    PETER.replace('c74f20a3', 'c74f20a4'),
    PETER.replace('+ARpc', '+AVpc'),
    PETER.slice(0, -4),
    PETER.replace('PeterNeumann', 'Peter Neumann'),
    PETER.replace('+ARpc', '+AhpcX'),
    '',
  ])('that are damaged are refused: %s', (vkey) => {
    expect(() => parseVerifierKey(vkey)).toThrow();
  });

  it('that are secret are not repeated in an error', () => {
    const damaged = PETERS_SIGNER.replace('c74f20a3', 'c74f20a4');
    expect(() => parseSignerKey(damaged)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('AYEK') }),
    );
    expect(() => parseSignerKey(PETERS_SIGNER.slice(8))).toThrow('begins with PRIVATE+KEY+');
  });
});

describe('a cosignature', () => {
  const now = (): number => Date.parse('2026-11-02T09:00:01.900Z');
  const witness = newSigner({ name: 'witness.example/w1', seed, kind: 'cosignature', now });

  it('of the example of C2SP has its form: key id, time, signature', () => {
    const line =
      'jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==';
    const bytes = Buffer.from(line, 'base64');
    expect(bytes).toHaveLength(4 + 8 + 64);
    expect(bytes.readBigUInt64BE(4)).toBe(1679315147n);
    const ours = parseNote(signNote(TEXT, [witness])).signatures[0];
    expect(ours?.signature).toHaveLength(8 + 64);
    expect(ours?.signature.readBigUInt64BE(0)).toBe(BigInt(Math.floor(now() / 1000)));
  });

  it('commits to its time', () => {
    const note = signNote(TEXT, [witness]);
    expect(openNote(note, [witness.verifier]).text).toBe(TEXT);
    const later = addSignature(note, {
      ...witness,
      sign: (text) => {
        const signature = witness.sign(text);
        signature.writeBigUInt64BE(1n, 0);
        return signature;
      },
    });
    expect(() => openNote(later, [witness.verifier])).toThrow('does not hold');
  });
});
