import { Temporal } from 'temporal-polyfill';
import { type RecurrenceRule } from './recurrence-rule.js';

/** From when, until when (exclusive): milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** What a window is made of, read. */
export interface WindowParts {
  readonly zone: string;
  readonly start: Temporal.PlainDateTime;
  readonly duration: Temporal.Duration;
  /** Absent for a window that comes once. */
  readonly rule: RecurrenceRule | undefined;
  /** The last instant at which it begins, milliseconds since 1970. */
  readonly last: number;
  /** Local days and local times at which it does not begin, as `2026-12-25` and `2026-12-25T17:00:00`. */
  readonly exceptions: ReadonlySet<string>;
}

const DAY_MS = 86_400_000;
/** Spans are found for so long at once, and kept. */
const CHUNK_MS = 32 * DAY_MS;
/** How many of these are kept: what is judged lies close together, and what falls out is found again. */
const KEPT = 32;
/** How many of these a span is followed through. */
const FOLLOWED = 12;

/** Local times are looked for a little around what is asked, as zones are up to 14 hours away from UTC. */
const AROUND_MS = DAY_MS;

const localMs = (local: Temporal.PlainDateTime): number => local.toZonedDateTime('UTC').epochMilliseconds;
const localOf = (ms: number): Temporal.PlainDateTime =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC').toPlainDateTime();

/** The same times in as few spans as there can be, in order: where local times are skipped, beginnings may change places. */
function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const { from, until } of spans.toSorted((one, other) => one.from - other.from)) {
    const before = merged.at(-1);
    if (before !== undefined && from <= before.until)
      merged[merged.length - 1] = { from: before.from, until: Math.max(before.until, until) };
    else merged.push({ from, until });
  }
  return merged;
}

/**
 * Times that come again, on the clock of a zone. A beginning at a local time that a clock change skips is as much later as
 * the clock jumped; of one that comes twice it is the first (RFC 5545, 3.8.5.3). Immutable but for what it remembers.
 */
export class RecurringWindow {
  readonly #chunks = new Map<number, readonly Span[]>();
  /** Longer than any occurrence lasts. */
  readonly #longest: number;

  constructor(readonly parts: WindowParts) {
    const { weeks, days, hours, minutes, seconds } = parts.duration;
    this.#longest = (weeks * 7 + days + 1) * DAY_MS + (hours * 3600 + minutes * 60 + seconds) * 1000;
  }

  /**
   * The span that an instant lies in, from the beginning of what follows on each other.
   * @param instant milliseconds since 1970
   * @throws RangeError for what is no instant
   */
  at(instant: number): Span | undefined {
    return this.#chunk(Math.floor(instant / CHUNK_MS)).find(
      ({ from, until }) => from <= instant && instant < until,
    );
  }

  /**
   * When the span ends that an instant lies in, together with those that follow without a break.
   * @returns undefined where that is not to be seen
   */
  endOf(instant: number): number | undefined {
    let at = instant;
    for (let step = 0; step < FOLLOWED; step += 1) {
      const span = this.at(at);
      if (span === undefined) return at;
      at = span.until;
    }
    return undefined;
  }

  /** The first instant from `from` to `to` (milliseconds since 1970) that lies in a span. */
  firstWithin(from: number, to: number): number | undefined {
    for (let chunk = Math.floor(from / CHUNK_MS); chunk * CHUNK_MS <= to; chunk += 1) {
      const span = this.#chunk(chunk).find(({ until, from: begin }) => until > from && begin <= to);
      if (span !== undefined) return Math.max(span.from, from);
    }
    return undefined;
  }

  #chunk(index: number): readonly Span[] {
    const known = this.#chunks.get(index);
    if (known !== undefined) return known;
    if (!Number.isSafeInteger(index)) throw new RangeError('is no instant');
    const found = this.#find(index * CHUNK_MS, (index + 1) * CHUNK_MS);
    const [oldest] = this.#chunks.keys();
    if (this.#chunks.size >= KEPT && oldest !== undefined) this.#chunks.delete(oldest);
    this.#chunks.set(index, found);
    return found;
  }

  #find(from: number, until: number): Span[] {
    const { start, rule, zone, duration, last, exceptions } = this.parts;
    const first = localMs(start);
    const begins =
      rule === undefined
        ? [first]
        : rule.between(from - this.#longest - AROUND_MS, until + AROUND_MS).filter((local) => local >= first);
    const spans: Span[] = [];
    for (const local of begins) {
      const at = localOf(local);
      if (
        exceptions.has(at.toPlainDate().toString()) ||
        exceptions.has(at.toString({ smallestUnit: 'second' }))
      )
        continue;
      const zoned = at.toZonedDateTime(zone);
      const begin = zoned.epochMilliseconds;
      const end = zoned.add(duration).epochMilliseconds;
      if (begin <= last && begin < until && end > from) spans.push({ from: begin, until: end });
    }
    return merge(spans);
  }
}
