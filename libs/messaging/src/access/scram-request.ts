import { AccessRefusedError } from './access-refused-error.js';

/** A user as the broker keeps it: what proves a password, and not the password (RFC 5802). */
export interface ScramCredential {
  readonly user: string;
  readonly salt: Buffer;
  readonly saltedPassword: Buffer;
  readonly iterations: number;
}

/** The changes of one request. */
export interface ScramChanges {
  /** Users that are made, or get another password. */
  readonly upsertions: readonly ScramCredential[];
  /** Names of users that are removed. */
  readonly deletions: readonly string[];
}

/** `AlterUserScramCredentials`, KIP-554. */
const API_KEY = 51;
const SCRAM_SHA_512 = 2;
const NO_TAGS = Buffer.from([0]);
const NOT_FOUND = 91;
const CLUSTER_AUTHORIZATION_FAILED = 31;

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** Length plus one, then the bytes: compact strings and bytes of Kafka's flexible versions. */
const compact = (bytes: Buffer): Buffer => Buffer.concat([unsignedVarint(bytes.length + 1), bytes]);
const compactArray = (items: readonly Buffer[]): Buffer =>
  Buffer.concat([unsignedVarint(items.length + 1), ...items]);

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** The body of the request, after the header's client id. */
export const encodeScramRequest = ({ upsertions, deletions }: ScramChanges): Buffer =>
  Buffer.concat([
    NO_TAGS,
    compactArray(
      deletions.map((user) =>
        Buffer.concat([compact(Buffer.from(user)), Buffer.from([SCRAM_SHA_512]), NO_TAGS]),
      ),
    ),
    compactArray(
      upsertions.map(({ user, iterations, salt, saltedPassword }) =>
        Buffer.concat([
          compact(Buffer.from(user)),
          Buffer.from([SCRAM_SHA_512]),
          int32(iterations),
          compact(salt),
          compact(saltedPassword),
          NO_TAGS,
        ]),
      ),
    ),
    NO_TAGS,
  ]);

/** Reads the parts of an answer one after the other. */
class Reader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.#at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  int16(): number {
    this.#at += 2;
    return this.bytes.readInt16BE(this.#at - 2);
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Null where there is none. */
  text(): string | null {
    const length = this.varint();
    if (length === 0) return null;
    this.#at += length - 1;
    return this.bytes.toString('utf8', this.#at - length + 1, this.#at);
  }

  tags(): void {
    for (let left = this.varint(); left > 0; left -= 1) {
      this.varint();
      this.skip(this.varint());
    }
  }
}

/** What the broker says of one user. */
export interface ScramResult {
  readonly user: string;
  /** 0 where it was done. */
  readonly code: number;
  readonly message: string | null;
}

/** Reads the answer. */
export function decodeScramAnswer(bytes: Buffer): ScramResult[] {
  const reader = new Reader(bytes);
  reader.tags();
  // The time for which the broker throttles.
  reader.skip(4);
  return Array.from({ length: reader.varint() - 1 }, () => {
    const result = { user: reader.text() ?? '', code: reader.int16(), message: reader.text() };
    reader.tags();
    return result;
  });
}

/**
 * Looks at what the broker says; that a user who is to be removed is not there is what was wanted.
 * @throws AccessRefusedError that names the first user for whom it was refused, and why
 */
export function demandDone(results: readonly ScramResult[]): void {
  const refused = results.find(({ code }) => code !== 0 && code !== NOT_FOUND);
  if (refused === undefined) return;
  const why =
    refused.code === CLUSTER_AUTHORIZATION_FAILED
      ? 'this takes an administrator of the broker'
      : (refused.message ?? `error ${refused.code}`);
  throw new AccessRefusedError(`the broker does not change its user ${refused.user}: ${why}`);
}

/** The request as kafkajs sends it, which does not know it. */
export const scramProtocol = (changes: ScramChanges) => {
  const buffer = encodeScramRequest(changes);
  return {
    request: {
      apiKey: API_KEY,
      apiVersion: 0,
      apiName: 'AlterUserScramCredentials',
      // The form in which kafkajs takes what is encoded.
      encode: async () => ({ buf: buffer, buffer, size: () => buffer.length }),
    },
    response: {
      decode: async (payload: Buffer) => decodeScramAnswer(payload),
      parse: async (results: ScramResult[]) => results,
    },
  };
};
