import { ValidateBy, type ValidationOptions } from 'class-validator';

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](\d\d):(\d\d))$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The name under which class-validator and the JSON Schema generator know the check. */
export const TIMESTAMP_CHECK = 'isTimestamp';

/**
 * True for an RFC 3339 date and time with its offset, like `2026-11-01T10:00:00.000Z`, of a day that exists. Upper-case
 * `T` and `Z`, at most nanoseconds, no leap seconds.
 */
export function isTimestamp(value: unknown): value is string {
  const parts = typeof value === 'string' ? RFC_3339.exec(value) : null;
  if (parts === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] =
    parts.slice(1).map((part = '0') => Number(part));
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return (
    day >= 1 &&
    day <= (DAYS[month - 1] ?? 0) &&
    (month !== 2 || day < 29 || isLeap) &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    offsetHour < 24 &&
    offsetMinute < 60
  );
}

/** Property decorator: a text that {@link isTimestamp} takes; `format: date-time` in the JSON Schema. */
export const IsTimestamp = (options?: ValidationOptions): PropertyDecorator =>
  ValidateBy(
    {
      name: TIMESTAMP_CHECK,
      validator: {
        validate: isTimestamp,
        defaultMessage: () =>
          '$property must be a date and time with its offset (RFC 3339), like 2026-11-01T10:00:00Z',
      },
    },
    options,
  );
