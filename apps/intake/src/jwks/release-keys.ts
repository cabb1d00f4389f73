import { type Logger } from '@tollgate/runtime';
import { type Gauge } from 'prom-client';
import { type KeyRecord } from './key-record.js';
import { type KeyFiles, readKeyFiles } from './read-key-files.js';
import { type ReleaseKey } from './release-key.js';

/** How often the key files are looked at, in milliseconds. */
export const LOOK_INTERVAL_MS = 10_000;

/** What {@link ReleaseKeys} need. */
export interface ReleaseKeysSettings {
  /** A key file, or a folder of them. */
  readonly path: string;
  readonly record: Pick<KeyRecord, 'add'>;
  readonly logger: Logger;
  /** 1 while the key files are of no use, and the key before them still signs. */
  readonly fault: Pick<Gauge, 'set'>;
}

/**
 * The key that signs releases. The files are looked at again and again, so that a key takes over without a restart; its
 * public half is on record before it signs anything. While the files are of no use, the key before them goes on signing.
 */
export class ReleaseKeys {
  readonly #settings: ReleaseKeysSettings;
  #signing: ReleaseKey;
  #known: string;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  private constructor(settings: ReleaseKeysSettings, { signing, publicKeys }: KeyFiles) {
    this.#settings = settings;
    this.#signing = signing;
    this.#known = namesOf(publicKeys);
  }

  /**
   * Reads the files, and goes on doing so until {@link stop}.
   * @throws ReleaseKeyError when they are of no use
   */
  static async start(settings: ReleaseKeysSettings): Promise<ReleaseKeys> {
    const files = await readKeyFiles(settings.path);
    await settings.record.add(files.publicKeys);
    settings.fault.set(0);
    const keys = new ReleaseKeys(settings, files);
    keys.#timer = setInterval(() => {
      keys.#looking = keys.#looking.then(() => keys.look());
    }, LOOK_INTERVAL_MS);
    keys.#timer.unref();
    return keys;
  }

  /** Signs at the moment. */
  get signing(): ReleaseKey {
    return this.#signing;
  }

  /** Looks at the files now; a fault is logged and shown, and changes nothing. */
  async look(): Promise<void> {
    const { path, record, logger, fault } = this.#settings;
    try {
      const { signing, publicKeys } = await readKeyFiles(path);
      const names = namesOf(publicKeys);
      if (names !== this.#known) {
        await record.add(publicKeys);
        this.#known = names;
      }
      fault.set(0);
      if (signing.publicJwk.kid === this.#signing.publicJwk.kid) return;
      this.#signing = signing;
      logger.info({ kid: signing.publicJwk.kid }, 'another key signs releases from now on');
    } catch (error) {
      fault.set(1);
      logger.error(
        { err: error, kid: this.#signing.publicJwk.kid },
        'the release keys could not be read or put on record; the key before them goes on signing',
      );
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }
}

const namesOf = (keys: KeyFiles['publicKeys']): string => keys.map(({ kid }) => kid).join();
