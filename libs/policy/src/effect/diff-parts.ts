import { sameJson } from '../document/same-json.js';
import { shortened } from '../quorum/quorum-words.js';
import { BoundedList } from './bounded-list.js';

/** How a part of a policy changed. */
export type ChangeKind = 'added' | 'removed' | 'changed';

/** A named part of a policy (a line, a checkpoint, a guardrail, a risk rule, a calendar) that changed. */
export interface PartChange {
  readonly kind: ChangeKind;
  /** The rule of the line, the name or the id. */
  readonly rule: string;
  /** What changed, in words; of an added or removed part what it says. */
  readonly what: string;
}

/** How much of a value is shown, in characters. */
const SHOWN = 200;

const shown = (value: unknown): string =>
  value === undefined
    ? 'nothing'
    : shortened(typeof value === 'string' ? value : JSON.stringify(value), SHOWN);

/** The fields in which two parts differ, in words. */
function fieldChanges(before: object, after: object): string {
  const one = new Map<string, unknown>(Object.entries(before));
  const other = new Map<string, unknown>(Object.entries(after));
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((name) => !sameJson(one.get(name), other.get(name)))
    .map((name) => `${name}: ${shown(one.get(name))} → ${shown(other.get(name))}`)
    .join('; ');
}

/** The longest sequence of places that keeps its order; whatever is not in it has moved. Places are distinct. */
function inOrder(places: readonly number[]): Set<number> {
  const ends: number[] = [];
  const before = new Map<number, number | undefined>();
  for (const place of places) {
    let low = 0;
    for (let high = ends.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    before.set(place, ends[low - 1]);
    ends[low] = place;
  }
  const kept = new Set<number>();
  for (let place = ends.at(-1); place !== undefined; place = before.get(place)) kept.add(place);
  return kept;
}

/**
 * What changed among named parts.
 * @param before by name, in their order
 * @param ordered true where their order counts: then a part that moved has changed
 */
export function diffParts(
  before: ReadonlyMap<string, object>,
  after: ReadonlyMap<string, object>,
  limit: number,
  ordered = false,
): BoundedList<PartChange> {
  const changes = new BoundedList<PartChange>(limit);
  const places = new Map([...before.keys()].map((name, place) => [name, place]));
  const kept = ordered
    ? inOrder([...after.keys()].flatMap((name) => places.get(name) ?? []))
    : new Set(places.values());
  for (const [rule, part] of before)
    if (!after.has(rule)) changes.add({ kind: 'removed', rule, what: shown(part) });
  for (const [rule, part] of after) {
    const was = before.get(rule);
    if (was === undefined) {
      changes.add({ kind: 'added', rule, what: shown(part) });
      continue;
    }
    const moved = kept.has(places.get(rule) ?? -1) ? [] : ['stands at another place'];
    const what = [...moved, ...(sameJson(was, part) ? [] : [fieldChanges(was, part)])].join('; ');
    if (what !== '') changes.add({ kind: 'changed', rule, what });
  }
  return changes;
}
