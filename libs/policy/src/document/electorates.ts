import { type Approver, type QuorumExpression } from '@tollgate/contracts';
import { selectorsOf } from './decide.js';
import { type DirectoryDocument } from './directory-document.js';
import { peopleBySelector } from './people-by-selector.js';

/** The people whom a quorum names in a directory. */
export interface Named {
  /** All of them, in order of their selectors, then of their ids. */
  readonly all: readonly Approver[];
  readonly active: readonly Approver[];
}

/** Gives the people of a quorum; those of equal quorums are found once. */
export interface ElectorateOf {
  (quorum: QuorumExpression): Named;
  /** By selector; a selector that the directory does not know is not there. */
  readonly people: ReadonlyMap<string, readonly string[]>;
}

function named(
  quorum: QuorumExpression,
  people: ReadonlyMap<string, readonly string[]>,
  directory: DirectoryDocument,
): Named {
  const via = new Map<string, string[]>();
  for (const selector of selectorsOf(quorum)) {
    for (const person of people.get(selector) ?? []) {
      const known = via.get(person);
      if (known === undefined) via.set(person, [selector]);
      else known.push(selector);
    }
  }
  const all = [...via].map(([person, selectors]): Approver => ({ person, via: selectors }));
  return { all, active: all.filter(({ person }) => directory.people[person]?.active === true) };
}

/** Finds the people of quorums in a directory. */
export function electoratesOf(directory: DirectoryDocument): ElectorateOf {
  const people = peopleBySelector(directory);
  const found = new Map<string, Named>();
  const find = (quorum: QuorumExpression): Named => {
    const key = JSON.stringify(selectorsOf(quorum));
    let known = found.get(key);
    if (known === undefined) found.set(key, (known = named(quorum, people, directory)));
    return known;
  };
  return Object.assign(find, { people });
}
