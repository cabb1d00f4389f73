import { type Fault, isUuid, NAME_PATTERN } from '@tollgate/contracts';
import { Temporal } from 'temporal-polyfill';
import { isoTime } from '../approval/approval.js';
import { reasonFault } from '../cast-vote/reason.js';
import { type Declared, type Revoked } from '../delegation/delegations.js';

/** What the form of an absence says, as it was typed. */
export interface AbsenceTyped {
  /** An id, a name or a mail address. */
  readonly to: string;
  /** Local times in the reader's zone, as `datetime-local` writes them; empty for now. */
  readonly from: string;
  readonly until: string;
  /** The one request that it is for; empty for all of its time. */
  readonly request: string;
  readonly reason: string;
}

/** What is declared, before it is known who the delegate is. */
export interface AbsenceTimes {
  /** RFC 3339. */
  readonly startsAt?: string;
  readonly endsAt?: string;
  /** In lower case. */
  readonly requestId?: string;
}

const textOf = (from: unknown, field: string): string => {
  const value: unknown = from !== null && typeof from === 'object' ? Reflect.get(from, field) : undefined;
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : '';
};

/** Reads the fields of a form, or of an address that fills it in. */
export const readAbsence = (from: unknown): AbsenceTyped => ({
  to: textOf(from, 'to'),
  from: textOf(from, 'from'),
  until: textOf(from, 'until'),
  request: textOf(from, 'request').toLowerCase(),
  reason: textOf(from, 'reason'),
});

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/;

/**
 * An instant by a local time. A time that the clock shows twice is the earlier one, one that it skips the later one.
 * @returns undefined for what is no time
 */
function instantOf(local: string, zone: string): string | undefined {
  if (!LOCAL.test(local)) return undefined;
  try {
    return isoTime(Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * What a form says about when and for what.
 * @param zone IANA time zone of whoever filled it in
 * @returns the times, or what is wrong, in sentences
 */
export function absenceTimes(
  { from, until, request, reason }: AbsenceTyped,
  zone: string,
): { readonly times: AbsenceTimes } | { readonly faults: string[] } {
  const faults: string[] = [];
  const wrong = reasonFault(reason);
  if (wrong !== undefined) faults.push(`The reason ${wrong}.`);
  if (request !== '') {
    if (!isUuid(request)) faults.push('There is no such request.');
    return faults.length > 0 ? { faults } : { times: { requestId: request } };
  }
  const startsAt = from === '' ? undefined : instantOf(from, zone);
  if (from !== '' && startsAt === undefined) faults.push('The start is no date and time.');
  const endsAt = instantOf(until, zone);
  if (until === '') faults.push('Say until when.');
  else if (endsAt === undefined) faults.push('The end is no date and time.');
  if (faults.length > 0) return { faults };
  return {
    times: {
      ...(startsAt === undefined ? {} : { startsAt }),
      ...(endsAt === undefined ? {} : { endsAt }),
    },
  };
}

/** Somebody who may be meant as a delegate. */
export interface Meant {
  readonly person: string;
  readonly name: string;
  readonly email: string;
}

/**
 * Who is meant by what was typed.
 * @param known contacts with this id, name or address, in whatever case
 * @returns the person id, or what is wrong, in a sentence
 */
export function personMeant(
  typed: string,
  known: readonly Meant[],
): { readonly person: string } | { readonly fault: string } {
  if (typed === '') return { fault: 'Say who stands for you.' };
  const exact = known.find(({ person }) => person === typed);
  if (exact !== undefined) return { person: exact.person };
  const [first, second] = known;
  if (second !== undefined)
    return {
      fault: `Several people are called that: ${known.map(({ person }) => person).join(', ')}. Give the id of one.`,
    };
  if (first !== undefined) return { person: first.person };
  // The directory may know people who have no contact.
  return NAME_PATTERN.test(typed)
    ? { person: typed }
    : { fault: 'Nobody with this id, name or mail address is known.' };
}

const SUBJECTS: Readonly<Record<string, string>> = {
  '/from': 'You',
  '/to': 'The delegate',
  '/startsAt': 'The time',
  '/endsAt': 'The end',
  '/requestId': 'The request:',
};

/** A fault of a declaration as a sentence to who declared it. */
function sentence({ pointer, detail }: Fault): string {
  if (detail.startsWith('nobody')) return 'Nobody stands for themselves.';
  const subject = SUBJECTS[pointer] ?? pointer.slice(1);
  const predicate = pointer === '/from' ? detail.replace(/^is /, 'are ') : detail;
  return `${subject} ${predicate}.`;
}

/** Why a delegation was not declared, in sentences; nothing where it was. */
export function declaredFaults(declared: Declared): string[] {
  switch (declared.kind) {
    case 'declared':
    case 'repeated':
      return [];
    case 'not-open':
      return [
        declared.status === 'closed'
          ? 'The request is decided; nobody is asked any more.'
          : 'There is no such request, or it is not open yet.',
      ];
    case 'refused':
      return declared.faults.map(sentence);
  }
}

/** What became of a revocation, where there is more to say than that it is done. */
export const revokedFault = (revoked: Revoked): string | undefined =>
  revoked.kind === 'unknown' ? 'There is no such delegation of yours; nothing was changed.' : undefined;
