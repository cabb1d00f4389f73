import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Instant } from '../approval/approval.js';

/** What a view of a page is bound to. */
export interface ViewBinding {
  /** Who looks: the token of the link, or the hash of the session, by which the page was opened. */
  readonly holder: string;
  readonly requestId: string;
  /** The hash of the content that the page shows. */
  readonly contentHash: string;
}

/** What a page's one-time value says, once it was found to be ours. */
export interface ReadView {
  /** The step that the page showed, as an index of the plan. */
  readonly step: number;
  readonly openedAt: Instant;
  /** What is kept with the vote: the SHA-256 of the value, base64url. */
  readonly hash: string;
}

/** How long a page may lie open before it has to be looked at again. */
export const VIEW_VALID_MS = 2 * 60 * 60 * 1000;

const RANDOM_BYTES = 16;
const STEP_BYTES = 2;
const TIME_BYTES = 6;
const PAYLOAD_BYTES = RANDOM_BYTES + STEP_BYTES + TIME_BYTES;
const MAC_BYTES = 32;
/** 24 bytes and 32 bytes in base64url. */
const VALUE = /^[A-Za-z0-9_-]{32}\.[A-Za-z0-9_-]{43}$/;

/**
 * Makes the value that the form of one view of a page carries: random, so that each view has its own, and signed, so
 * that nothing has to be kept until a vote is cast by it. That it is used once is for the votes on record to say.
 */
export class ViewValues {
  /**
   * @param secret from the link secret file
   * @param random fresh random bytes, as many as it is asked for
   */
  constructor(
    private readonly secret: string,
    private readonly random: (bytes: number) => Buffer,
  ) {}

  /**
   * @param step that the page shows
   * @param now by the database's clock
   */
  make(binding: ViewBinding, step: number, now: Instant): string {
    const payload = Buffer.alloc(PAYLOAD_BYTES);
    this.random(RANDOM_BYTES).copy(payload);
    payload.writeUIntBE(step, RANDOM_BYTES, STEP_BYTES);
    payload.writeUIntBE(now, RANDOM_BYTES + STEP_BYTES, TIME_BYTES);
    return `${payload.toString('base64url')}.${this.#mac(binding, payload).toString('base64url')}`;
  }

  /** @returns undefined for a value that was not made for this binding, whatever its age */
  read(value: string, binding: ViewBinding): ReadView | undefined {
    if (!VALUE.test(value)) return undefined;
    const [payload, mac] = value.split('.').map((part) => Buffer.from(part, 'base64url'));
    if (payload?.length !== PAYLOAD_BYTES || mac?.length !== MAC_BYTES) return undefined;
    if (!timingSafeEqual(mac, this.#mac(binding, payload))) return undefined;
    return {
      step: payload.readUIntBE(RANDOM_BYTES, STEP_BYTES),
      openedAt: payload.readUIntBE(RANDOM_BYTES + STEP_BYTES, TIME_BYTES),
      // Of what was read, not of how it was written: base64 can say the same bytes in several ways.
      hash: createHash('sha256').update(payload).digest('base64url'),
    };
  }

  #mac({ holder, requestId, contentHash }: ViewBinding, payload: Buffer): Buffer {
    return createHmac('sha256', this.secret)
      .update(['view', holder, requestId, contentHash, ''].join('\n'))
      .update(payload)
      .digest();
  }
}
