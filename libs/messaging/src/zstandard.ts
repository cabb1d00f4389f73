import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** The quickest one that Kafka names: records of one topic are so alike that the others save little more. */
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** More than any batch holds that a broker takes from us; what unpacks to more was made to fill the memory. In bytes. */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

/**
 * Teaches kafkajs Zstandard (RFC 8878), the codec 4 of Kafka's record batches, which it knows by name alone. It works beside the event
 * loop.
 * @returns the type to send with
 */
export function zstandard(): number {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { readonly buffer: Buffer }) => compress(buffer, LEVEL),
    decompress: (packed: Buffer) => decompress(packed, { maxOutputLength: MAX_UNPACKED_BYTES }),
  });
  return CompressionTypes.ZSTD;
}
