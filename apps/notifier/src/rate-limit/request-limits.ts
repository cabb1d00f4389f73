import { Problem } from '@tollgate/runtime';
import { Counter, type Registry } from 'prom-client';
import { addressKey } from './address-key.js';
import { RateLimit } from './rate-limit.js';

/** What is limited. */
export type Limited = 'pages' | 'votes' | 'questions';

/** How much goes through. */
export interface RequestLimitsSettings {
  /** Pages per person and minute; 0: no limit. */
  readonly pagesPerMinute: number;
  /** Votes per person and minute, over whatever path, and as many questions and answers; 0: no limit. */
  readonly votesPerMinute: number;
  readonly metrics: Registry;
  /** Milliseconds, ever growing. */
  readonly now: () => number;
}

/** An address gets so many times what a person gets: a whole office may sit behind it. */
export const ADDRESS_FACTOR = 10;

/** Persons, and addresses, that are remembered at most: some 10 MB. */
const MAX_KEYS = 50_000;

const WORDS: Readonly<Record<Limited, string>> = {
  pages: 'So many pages were asked for in a short time that this one waits.',
  questions:
    'So many questions or answers came in a short time that this one was not taken; nothing was sent by it.',
  votes: 'So many votes came in a short time that this one was not taken; nothing was decided by it.',
};

/** How many pages and votes one person, and one address, may ask for; each process of the service counts its own. */
export class RequestLimits {
  readonly #limits: Readonly<Record<Limited, { readonly person: RateLimit; readonly address: RateLimit }>>;
  readonly #refused: Counter<'what' | 'by'>;

  constructor({ pagesPerMinute, votesPerMinute, metrics, now }: RequestLimitsSettings) {
    const pair = (perMinute: number) => ({
      person: new RateLimit({ perMinute, maxKeys: MAX_KEYS, now }),
      address: new RateLimit({ perMinute: perMinute * ADDRESS_FACTOR, maxKeys: MAX_KEYS, now }),
    });
    this.#limits = {
      pages: pair(pagesPerMinute),
      votes: pair(votesPerMinute),
      questions: pair(votesPerMinute),
    };
    this.#refused = new Counter({
      name: 'tollgate_rate_limited_total',
      help: 'Pages and votes that were refused as too many, by what was counted: person or address.',
      labelNames: ['what', 'by'],
      registers: [metrics],
    });
  }

  /**
   * To be asked first, before anything is looked up.
   * @param address of the caller
   * @throws Problem 429 with `Retry-After`
   */
  fromAddress(what: Limited, address: string): void {
    this.#take(what, 'address', addressKey(address));
  }

  /**
   * To be asked as soon as it is known who it is.
   * @throws Problem 429 with `Retry-After`
   */
  ofPerson(what: Limited, person: string): void {
    this.#take(what, 'person', person);
  }

  #take(what: Limited, by: 'person' | 'address', key: string): void {
    const seconds = this.#limits[what][by].take(key);
    if (seconds === 0) return;
    this.#refused.inc({ what, by });
    throw new Problem(429, 'too-many-requests', 'Too many at once', {
      detail: `${WORDS[what]} Try again in ${seconds} second${seconds === 1 ? '' : 's'}.`,
      headers: { 'retry-after': String(seconds) },
    });
  }
}
