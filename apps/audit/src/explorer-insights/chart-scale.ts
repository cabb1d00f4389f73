/** A point of a drawing; y grows downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A mark on an axis. */
export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** An axis: where a value lies on it, from 0 at its foot to 1 at its end, and its marks. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly Tick[];
}

const NICE = [1, 2, 5, 10];
const MOST_STEPS = 5;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Marks of an axis of durations, in seconds. */
const DURATIONS = [
  1,
  10,
  MINUTE,
  10 * MINUTE,
  HOUR,
  6 * HOUR,
  DAY,
  7 * DAY,
  30 * DAY,
  365 * DAY,
  3_650 * DAY,
];

/** Coordinates are written to a tenth of a pixel. */
export const pixel = (value: number): number => Math.round(value * 10) / 10;

/** Numbers with at most so many digits that differ, for people: `1,200`. */
export const countText = (count: number): string => count.toLocaleString('en');

/** A duration in its two largest units: `45 s`, `1 min 30 s`, `2 d 3 h`. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const whole = seconds >= HOUR ? Math.round(seconds / MINUTE) * MINUTE : Math.round(seconds);
  const units: [number, string, number, string][] = [
    [DAY, 'd', HOUR, 'h'],
    [HOUR, 'h', MINUTE, 'min'],
    [MINUTE, 'min', 1, 's'],
  ];
  for (const [large, largeName, small, smallName] of units) {
    if (whole < large) continue;
    const smalls = Math.round(whole / small);
    const rest = smalls % (large / small);
    return `${Math.floor(smalls / (large / small))} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
  }
  return `${whole} s`;
}

/** An axis for counts: whole numbers from 0, with a few round marks; it ends with the first mark that none is over. */
export function countScale(most: number): Scale {
  const least = Math.max(1, most) / MOST_STEPS;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = Math.max(1, power * (NICE.find((nice) => power * nice >= least) ?? 10));
  const steps = Math.max(1, Math.ceil(most / step));
  const end = steps * step;
  return {
    at: (value) => value / end,
    ticks: Array.from({ length: steps + 1 }, (_, nth) => ({
      value: nth * step,
      text: countText(nth * step),
    })),
  };
}

/** A logarithmic axis for durations in seconds; what is shorter than a second lies at its foot. */
export function durationScale(seconds: readonly number[]): Scale {
  const shortest = Math.min(...seconds);
  const longest = Math.max(...seconds);
  const before = DURATIONS.findLastIndex((mark) => mark <= shortest);
  const from = Math.min(Math.max(0, before), DURATIONS.length - 2);
  const found = DURATIONS.findIndex((mark) => mark >= longest && mark > (DURATIONS[from] ?? 1));
  const marks = DURATIONS.slice(from, found < 0 ? undefined : found + 1);
  const foot = Math.log(marks[0] ?? 1);
  const end = Math.log(marks.at(-1) ?? 10);
  return {
    at: (value) => Math.min(1, Math.max(0, (Math.log(Math.max(value, 1)) - foot) / (end - foot))),
    ticks: marks.map((value) => ({ value, text: durationText(value) })),
  };
}

/** Every how-manieth of so many bins gets a text, so that there are at most so many texts. */
export const everyNth = (bins: number, most: number): number => Math.max(1, Math.ceil(bins / most));

/** A line through points; where one is missing it ends, and begins anew after it. */
export function linePath(points: readonly (Point | undefined)[]): string {
  return points
    .flatMap((point, nth) =>
      point === undefined
        ? []
        : [`${points[nth - 1] === undefined ? 'M' : 'L'}${pixel(point.x)} ${pixel(point.y)}`],
    )
    .join('');
}

/** A rectangle as a part of a path; nothing where it has no height. */
export const barPath = ({ x, y }: Point, width: number, height: number): string =>
  height <= 0 ? '' : `M${pixel(x)} ${pixel(y)}h${pixel(width)}v${pixel(height)}h${pixel(-width)}z`;

/** A box that bars are drawn in. */
export interface BarBox {
  readonly width: number;
  /** The line on which the bars stand. */
  readonly foot: number;
  /** Of a bar of the highest value; negative for bars that hang down. */
  readonly height: number;
}

const WIDEST_BAR = 12;

/** Bars side by side over the width of a box, as one path. */
export function barsPath(values: readonly number[], most: number, { width, foot, height }: BarBox): string {
  const band = width / Math.max(1, values.length);
  const bar = Math.min(WIDEST_BAR, band - Math.min(1, band * 0.2));
  return values
    .map((value, nth) => {
      const length = most === 0 ? 0 : (Math.abs(height) * value) / most;
      const x = (nth + 0.5) * band - bar / 2;
      return barPath({ x, y: height < 0 ? foot : foot - length }, bar, length);
    })
    .join('');
}

/** Where a part of a stacked bar begins and ends. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Lays series on each other, the first one at the foot. @returns of each series the spans, bin by bin */
export function stacked(series: readonly (readonly number[])[]): Span[][] {
  const tops: number[] = [];
  return series.map((values) =>
    values.map((value, nth) => {
      const from = tops[nth] ?? 0;
      const to = from + value;
      tops[nth] = to;
      return { from, to };
    }),
  );
}
