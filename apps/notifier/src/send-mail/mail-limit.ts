import { type Instant } from '../approval/approval.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** One in so many mails of an hour may be a digest. */
const DIGEST_SHARE = 4;
/** How long a digest waits for more, so that what comes together is in one. */
const COLLECT_MS = 2 * MINUTE_MS;
/** Digests that a near deadline calls for are at least so far apart. */
export const URGENT_GAP_MS = MINUTE_MS;
/** Mails that one digest lists at most. */
export const DIGEST_LINES = 100;

/** What a person got of late, and what is held for them. */
export interface MailWindow {
  /** Mails of their own in the past hour; counted up to the limit. */
  readonly singles: number;
  /** When their last digest was sent. */
  readonly lastDigestAt?: Instant;
  /** The number of their newest digest; 0 where there was none. */
  readonly newest: number;
  /** How many mails it holds, while it takes more. */
  readonly collecting?: number;
}

/** A mail that is to be placed. */
export interface MailToPlace {
  readonly person: string;
  /** Whether it only tells what was decided. */
  readonly isNews: boolean;
  /** When the step of its approval ends, while it waits. */
  readonly deadline?: Instant;
  readonly now: Instant;
}

/** What is to be done with a mail now. */
export type Placement =
  | { readonly kind: 'single' }
  /** It is held for this digest. */
  | { readonly kind: 'held'; readonly digest: number }
  /** It is only counted in this digest, which is full. */
  | { readonly kind: 'counted'; readonly digest: number };

/** What changes in a digest by what is held for it. */
export interface DigestChange {
  readonly person: string;
  readonly number: number;
  readonly mails: number;
  readonly more: number;
  /** When it is sent at the earliest, where it is new. */
  readonly dueAt: Instant;
  /** When it has to be sent for the sake of a deadline. */
  readonly urgentAt?: Instant;
}

/** How many of a person's mails of an hour are digests at most. */
const digestsOf = (perHour: number): number => Math.max(1, Math.floor(perHour / DIGEST_SHARE));

/** How many of a person's mails of an hour are mails of their own at most. */
export const singlesOf = (perHour: number): number => perHour - digestsOf(perHour);

/** How far apart a person's digests are, in milliseconds. */
export const digestGapMs = (perHour: number): number => HOUR_MS / digestsOf(perHour);

/**
 * Places mails one after the other: each is sent by itself while its person's hour has room, or held for a digest.
 * A quarter of the hour's mails is kept for digests, which are evenly apart, so that nothing waits for the hour to
 * pass. A deadline so near that half of its time would be over before is a reason for an earlier digest.
 */
export class MailLimit {
  readonly #windows: Map<string, MailWindow>;
  readonly #changes = new Map<string, DigestChange>();

  /** @param perHour mails per person and hour at most, from 1 */
  constructor(
    private readonly perHour: number,
    windows: ReadonlyMap<string, MailWindow>,
  ) {
    this.#windows = new Map(windows);
  }

  /** What changes in digests by all that was placed. */
  get changes(): DigestChange[] {
    return [...this.#changes.values()];
  }

  place(mail: MailToPlace): Placement {
    const window = this.#windows.get(mail.person) ?? { singles: 0, newest: 0 };
    if (window.singles < singlesOf(this.perHour)) {
      this.#windows.set(mail.person, { ...window, singles: window.singles + 1 });
      return { kind: 'single' };
    }
    const { collecting, newest } = window;
    const full = collecting !== undefined && collecting >= DIGEST_LINES;
    if (full && mail.isNews) {
      this.#change(mail, window, newest, { mails: 0, more: 1 });
      return { kind: 'counted', digest: newest };
    }
    const digest = collecting === undefined || full ? newest + 1 : newest;
    const held = full ? 1 : (collecting ?? 0) + 1;
    this.#windows.set(mail.person, { ...window, newest: digest, collecting: held });
    this.#change(mail, window, digest, { mails: 1, more: 0 });
    return { kind: 'held', digest };
  }

  #change(
    { person, deadline, now }: MailToPlace,
    { lastDigestAt = -Infinity }: MailWindow,
    number: number,
    { mails, more }: { readonly mails: number; readonly more: number },
  ): void {
    const key = `${number} ${person}`;
    const before = this.#changes.get(key);
    const dueAt = before?.dueAt ?? Math.max(now + COLLECT_MS, lastDigestAt + digestGapMs(this.perHour));
    const latest = deadline === undefined ? Infinity : now + Math.max(0, deadline - now) / 2;
    const urgentAt = Math.min(
      before?.urgentAt ?? Infinity,
      latest < dueAt ? Math.max(latest, lastDigestAt + URGENT_GAP_MS) : Infinity,
    );
    this.#changes.set(key, {
      person,
      number,
      mails: (before?.mails ?? 0) + mails,
      more: (before?.more ?? 0) + more,
      dueAt,
      ...(urgentAt === Infinity ? {} : { urgentAt }),
    });
  }
}
