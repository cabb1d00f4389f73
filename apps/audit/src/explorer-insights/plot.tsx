import { type ComponentChildren, type JSX } from 'preact';
import { everyNth, pixel, type Scale } from './chart-scale.js';

/** The room of every plot: 720 wide, with margins for the texts of the axes. */
export const PLOT = { left: 56, right: 8, top: 28, width: 656, height: 190, bottom: 44 } as const;

const FOOT = PLOT.top + PLOT.height;
const END = PLOT.left + PLOT.width;
const MOST_TEXTS = 10;

/** The height at which a value lies. */
export const heightOf = (scale: Scale, value: number): number => FOOT - scale.at(value) * PLOT.height;

/** The middle of a bin, from the left. */
export const middleOf = (nth: number, bins: number): number => PLOT.left + ((nth + 0.5) * PLOT.width) / bins;

/** What a plot has around what it shows. */
export interface PlotFrame {
  /** All that it shows, in words: for whoever does not see it. */
  readonly label: string;
  readonly scale: Scale;
  /** What the upright axis counts. */
  readonly unit: string;
  /** What lies along the foot. */
  readonly along: string;
  /** One for each bin. */
  readonly texts: readonly string[];
  /** What the pointer is told over each bin. */
  readonly hints: readonly string[];
}

const Axis = ({ scale, unit }: Pick<PlotFrame, 'scale' | 'unit'>): JSX.Element => (
  <>
    <text x={0} y={13} class="axis">
      {unit}
    </text>
    {scale.ticks.map(({ value, text }) => {
      const y = pixel(heightOf(scale, value));
      return (
        <>
          <line x1={PLOT.left} y1={y} x2={END} y2={y} class={value === 0 ? 'foot' : 'grid'} />
          <text x={PLOT.left - 6} y={y + 4} text-anchor="end" class="axis">
            {text}
          </text>
        </>
      );
    })}
  </>
);

const Along = ({ texts, along }: Pick<PlotFrame, 'texts' | 'along'>): JSX.Element => {
  const every = everyNth(texts.length, MOST_TEXTS);
  return (
    <>
      {texts.map((text, nth) =>
        nth % every === 0 ? (
          <text x={pixel(middleOf(nth, texts.length))} y={FOOT + 16} text-anchor="middle" class="axis">
            {text}
          </text>
        ) : null,
      )}
      <text x={pixel(PLOT.left + PLOT.width / 2)} y={FOOT + 36} text-anchor="middle" class="axis">
        {along}
      </text>
    </>
  );
};

/** A plot with its axes, in a box of its own that scrolls where the page is narrow. */
export const Plot = ({
  label,
  scale,
  unit,
  along,
  texts,
  hints,
  children,
}: PlotFrame & { readonly children: ComponentChildren }): JSX.Element => {
  const band = PLOT.width / texts.length;
  return (
    <div class="scrolls" tabIndex={0} role="group" aria-label={`${unit}: plot`}>
      <svg
        class="plot"
        viewBox={`0 0 ${END + PLOT.right} ${FOOT + PLOT.bottom}`}
        role="img"
        aria-label={label}
      >
        <Axis scale={scale} unit={unit} />
        <Along texts={texts} along={along} />
        {children}
        {hints.map((hint, nth) => (
          <rect
            x={pixel(PLOT.left + nth * band)}
            y={PLOT.top}
            width={pixel(band)}
            height={PLOT.height}
            class="hint"
          >
            <title>{hint}</title>
          </rect>
        ))}
      </svg>
    </div>
  );
};
