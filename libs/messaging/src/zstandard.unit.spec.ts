import { describe, expect, it } from '@jest/globals';
import { zstdCompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import { zstandard } from './zstandard.js';

interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(packed: Buffer): Promise<Buffer>;
}

const codec = (): Codec => {
  expect(zstandard()).toBe(4);
  return kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD]() as Codec;
};

describe('zstandard', () => {
  it('gives back what was packed, and that takes less', async () => {
    const buffer = Buffer.from('{"rule":"rule-1","verdict":"passed"}'.repeat(500));
    const packed = await codec().compress({ buffer });
    expect(packed.length).toBeLessThan(buffer.length / 10);
    expect((await codec().decompress(packed)).equals(buffer)).toBe(true);
  });

  it('unpacks nothing that was made to fill the memory', async () => {
    const bomb = zstdCompressSync(Buffer.alloc(129 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(64 * 1024);
    await expect(codec().decompress(bomb)).rejects.toThrow(/larger than/);
  });
});
