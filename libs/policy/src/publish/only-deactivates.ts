import { type JsonObject, type JsonValue } from '@tollgate/contracts';
import { sameJson } from '../document/same-json.js';

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * True where a directory differs from the one before it by nothing but people who are no longer active: such a change
 * takes rights away and gives none, so it needs no approval. Two directories that say the same are no such change.
 * @param before the ruling directory, as published
 * @param after the proposed one
 */
export function onlyDeactivates(before: JsonObject, after: JsonObject): boolean {
  const { people: peopleBefore, ...restBefore } = before;
  const { people: peopleAfter, ...restAfter } = after;
  if (!isObject(peopleBefore) || !isObject(peopleAfter) || !sameJson(restBefore, restAfter)) return false;
  const ids = Object.keys(peopleBefore);
  if (ids.length !== Object.keys(peopleAfter).length) return false;
  let deactivated = 0;
  for (const id of ids) {
    const was = peopleBefore[id];
    const is = Object.hasOwn(peopleAfter, id) ? peopleAfter[id] : undefined;
    if (sameJson(was, is)) continue;
    if (!isObject(was) || !isObject(is) || was['active'] !== true || is['active'] !== false) return false;
    if (!sameJson({ ...was, active: false }, is)) return false;
    deactivated += 1;
  }
  return deactivated > 0;
}
