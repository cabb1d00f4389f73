import { doorCheck } from '@tollgate/contracts';
import { type DocumentFault } from './document-fault.js';

/** What a check found of a part of a document. */
export type Shape<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: DocumentFault[] };

/**
 * The check of a part of a document by its validated class.
 * @returns a function of the part and the pointer to it
 */
export function shapeCheck<T extends object>(
  target: new () => T,
): (part: unknown, pointer?: string) => Shape<T> {
  const check = doorCheck(target);
  return (part, pointer = '') => {
    const checked = check(part);
    if (checked.ok) return checked;
    return {
      ok: false,
      faults: checked.faults.map((fault) => ({ pointer: pointer + fault.pointer, message: fault.detail })),
    };
  };
}
