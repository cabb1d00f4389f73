import { type DelegationDeclared } from '@tollgate/contracts';
import { invalid, Problem } from '@tollgate/runtime';
import { type Declared } from './delegations.js';

/**
 * What was declared, and whether it is new.
 * @param nameOf the field of the caller's input that a fault is about, by JSON pointer
 * @throws Problem 404 or 409 where the request waits for nobody, 422 that names the fields
 */
export function declaredOrProblem(
  declared: Declared,
  nameOf: (pointer: string) => string = (pointer) => pointer,
): { readonly delegation: DelegationDeclared; readonly isNew: boolean } {
  switch (declared.kind) {
    case 'declared':
    case 'repeated':
      return { delegation: declared.delegation, isNew: declared.kind === 'declared' };
    case 'not-open':
      throw declared.status === 'closed'
        ? new Problem(409, 'too-late', 'The request is decided', {
            detail: 'The request is decided; nobody is asked any more.',
          })
        : new Problem(404, 'not-open', 'There is no such approval', {
            detail: 'No approval of this request is open; if it was submitted just now, try again.',
            headers: { 'retry-after': '1' },
          });
    case 'refused':
      throw invalid(
        declared.faults.map(({ pointer, detail }) => ({ pointer: nameOf(pointer), detail })),
        `It cannot be declared: ${declared.faults.map(({ pointer, detail }) => `${nameOf(pointer).slice(1)} ${detail}`).join('; ')}.`,
      );
  }
}
