import { pointerTo } from '@tollgate/contracts';

/** Where two JSON values differ. */
export interface Difference {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** As JSON; absent where there is nothing. */
  readonly recorded?: string;
  readonly recomputed?: string;
}

const MOST = 5;
const LONGEST = 200;

const short = (value: unknown): string | undefined => {
  const text: string | undefined = JSON.stringify(value);
  return text !== undefined && text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function* walk(recorded: unknown, recomputed: unknown, pointer: string): Generator<Difference> {
  if (isBranch(recorded) && isBranch(recomputed) && Array.isArray(recorded) === Array.isArray(recomputed)) {
    for (const name of new Set([...Object.keys(recorded), ...Object.keys(recomputed)]))
      yield* walk(recorded[name], recomputed[name], pointerTo(pointer, name));
  } else if (JSON.stringify(recorded) !== JSON.stringify(recomputed)) {
    const [before, after] = [short(recorded), short(recomputed)];
    yield {
      pointer,
      ...(before === undefined ? {} : { recorded: before }),
      ...(after === undefined ? {} : { recomputed: after }),
    };
  }
}

/** The first few places where two JSON values differ; the order of members says nothing, `undefined` is not there. */
export function differencesOf(recorded: unknown, recomputed: unknown): Difference[] {
  const found: Difference[] = [];
  for (const difference of walk(recorded, recomputed, '')) {
    found.push(difference);
    if (found.length === MOST) break;
  }
  return found;
}
