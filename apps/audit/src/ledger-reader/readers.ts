import { readFileSync } from 'node:fs';
import { type Logger } from '@tollgate/runtime';
import { parseReaders, type Reader, READER_SCOPES } from './reader.js';

/** Who reads with the first key. */
const FIRST_READER = 'reader';
const LOOK_EVERY_MS = 10_000;

/** Where the readers come from. */
export interface ReadersSource {
  /** SHA-256, hex, of the first key, which opens everything. */
  readonly firstKeySha256: string;
  readonly file?: string;
  readonly logger: Logger;
  /** ms, of any beginning */
  readonly now?: () => number;
}

/** Who may read the ledger, by the hash of the key. A change of the file is seen within ten seconds. */
export class Readers {
  readonly #source: ReadersSource;
  readonly #now: () => number;
  #known: ReadonlyMap<string, Reader>;
  #lookedAt: number;

  /** @throws ReadersFileError, or the error of the file system, for a file that is of no use at the start */
  constructor(source: ReadersSource) {
    this.#source = source;
    this.#now = source.now ?? (() => performance.now());
    this.#known = this.#read();
    this.#lookedAt = this.#now();
  }

  /** @param keySha256 hex; a hash is no secret, so that it needs no comparison in constant time */
  find(keySha256: string): Reader | undefined {
    if (this.#source.file !== undefined && this.#now() - this.#lookedAt >= LOOK_EVERY_MS) this.#lookAgain();
    return this.#known.get(keySha256);
  }

  /** A file that is of no use now leaves the readers as they were, and is told. */
  #lookAgain(): void {
    this.#lookedAt = this.#now();
    try {
      this.#known = this.#read();
    } catch (error) {
      this.#source.logger.error({ err: error }, 'the file of readers is of no use; those known before stay');
    }
  }

  #read(): ReadonlyMap<string, Reader> {
    const { firstKeySha256, file } = this.#source;
    const first: Reader = {
      name: FIRST_READER,
      keySha256: firstKeySha256,
      scopes: new Set(READER_SCOPES),
    };
    const others = file === undefined ? [] : parseReaders(readFileSync(file, 'utf8'));
    return new Map([...others, first].map((reader) => [reader.keySha256, reader]));
  }
}
