const UNITS = [
  { name: 'day', seconds: 24 * 60 * 60 },
  { name: 'hour', seconds: 60 * 60 },
  { name: 'minute', seconds: 60 },
  { name: 'second', seconds: 1 },
];
/** From so many minutes on seconds are not said. */
const WHOLE_MINUTES = 10;

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/**
 * How long is left, in words, by its two largest units: `3 hours 59 minutes left`. The script of the review page says
 * it in the same words.
 */
export function timeLeft(milliseconds: number): string {
  const left = Math.floor(milliseconds / 1000);
  const index = UNITS.findIndex(({ seconds }) => left >= seconds);
  const unit = UNITS[index];
  if (unit === undefined) return 'no time left';
  const count = Math.floor(left / unit.seconds);
  const next = unit.name === 'minute' && count >= WHOLE_MINUTES ? undefined : UNITS[index + 1];
  const rest = next === undefined ? 0 : Math.floor((left - count * unit.seconds) / next.seconds);
  const more = next === undefined || rest === 0 ? '' : ` ${counted(rest, next.name)}`;
  return `${counted(count, unit.name)}${more} left`;
}
