import { doorCheck, type Fault, NAME_PATTERN, RISK_LEVELS, type RiskLevel } from '@tollgate/contracts';
import { Problem } from '@tollgate/runtime';
import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { Temporal } from 'temporal-polyfill';

/** What `GET /v1/events` may be asked for when nothing is said, and at most. */
export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** A date, or a time with its zone. */
export const ZONED = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
export const ZONED_MESSAGE =
  'must be a date (2026-11-01, which begins at midnight UTC) or a time with its zone (2026-11-01T09:00:00Z)';

/** The parameters of `GET /v1/events`, as they stand in the URL. */
export class EventParameters {
  @IsOptional() @IsUUID('all') requestId?: string;
  @IsOptional()
  @Matches(/^[a-zA-Z0-9._-]{1,249}$/, { message: 'topic must be the name of a topic' })
  topic?: string;
  @IsOptional() @Matches(NAME_PATTERN, { message: 'person must be the id of a person' }) person?: string;
  @IsOptional() @Matches(NAME_PATTERN, { message: 'action must be the name of an action' }) action?: string;
  @IsOptional()
  @Matches(NAME_PATTERN, { message: 'environment must be the name of an environment' })
  environment?: string;
  @IsOptional() @IsIn(RISK_LEVELS) riskLevel?: RiskLevel;
  @IsOptional()
  @Matches(/^[a-z-]{1,40}$/, { message: 'outcome must be a word such as approved' })
  outcome?: string;
  @IsOptional()
  @Matches(ZONED, { message: `from ${ZONED_MESSAGE}` })
  from?: string;
  @IsOptional() @Matches(ZONED, { message: `to ${ZONED_MESSAGE}` }) to?: string;
  @IsOptional() @IsString() @MaxLength(200) cursor?: string;
  @IsOptional()
  @Matches(/^(?:[1-9]\d?|1\d\d|200)$/, { message: `limit must be a whole number from 1 to ${MAX_LIMIT}` })
  limit?: string;
}

/** What is asked of each record; all of it must hold. */
export interface EventFilter {
  readonly requestId?: string;
  readonly topic?: string;
  readonly person?: string;
  readonly action?: string;
  readonly environment?: string;
  readonly riskLevel?: RiskLevel;
  readonly outcome?: string;
  /** Recorded at this time or later. */
  readonly from?: Date;
  /** Recorded before this time. */
  readonly to?: Date;
}

/** A question to the ledger. */
export interface EventQuery {
  readonly filter: EventFilter;
  /** The filter in one text: the same for the same question. */
  readonly question: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** 400: names every parameter that does not fit, never its value. */
export const badParameters = (faults: readonly Fault[]): Problem =>
  new Problem(400, 'invalid-parameter', 'A parameter does not fit', {
    detail: faults.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; '),
    faults,
  });

const check = doorCheck(EventParameters);

/** A text that has the form of a date or time, as the moment that it is. @throws Problem 400 for the 30th of February */
function moment(name: string, text: string): Date {
  try {
    const instant = text.includes('T')
      ? Temporal.Instant.from(text)
      : Temporal.PlainDate.from(text).toZonedDateTime('UTC').toInstant();
    return new Date(instant.epochMilliseconds);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badParameters([{ pointer: `/${name}`, detail: 'is a date or time that does not exist' }]);
  }
}

/**
 * What is asked of each record, by parameters that were checked.
 * @throws Problem 400 for a time that does not exist, or a period that ends before it begins
 */
export function eventFilter(asked: Omit<EventParameters, 'cursor' | 'limit'>): EventFilter {
  const { from, to, requestId, topic, person, action, environment, riskLevel, outcome } = asked;
  const filter: EventFilter = {
    requestId: requestId?.toLowerCase(),
    topic,
    person,
    action,
    environment,
    riskLevel,
    outcome,
    from: from === undefined ? undefined : moment('from', from),
    to: to === undefined ? undefined : moment('to', to),
  };
  if (filter.from !== undefined && filter.to !== undefined && filter.from >= filter.to) {
    throw badParameters([{ pointer: '/to', detail: 'must be later than from' }]);
  }
  return filter;
}

/**
 * Reads the parameters of `GET /v1/events`.
 * @throws Problem 400 that names each parameter that does not fit, or is not known
 */
export function eventQuery(parameters: unknown): EventQuery {
  const checked = check(parameters);
  if (!checked.ok) throw badParameters(checked.faults);
  const { cursor, limit, ...asked } = checked.value;
  const filter = eventFilter(asked);
  return {
    filter,
    question: JSON.stringify(filter),
    limit: limit === undefined ? DEFAULT_LIMIT : Number(limit),
    cursor,
  };
}
