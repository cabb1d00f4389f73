import { type DirectoryDocument, type Identity, type Person } from '../document/directory-document.js';
import { listed } from '../quorum/quorum-words.js';
import { BoundedList } from './bounded-list.js';

/** A person about whom the directory changed. */
export interface PersonChange {
  readonly person: string;
  /** In words, like `is no longer active` or `is now in role cto`. */
  readonly change: string;
}

const gained = (before: readonly string[] = [], after: readonly string[] = []): string[] => {
  const had = new Set(before);
  return [...new Set(after)].filter((name) => !had.has(name));
};

const identityNames = (identities: readonly Identity[] = []): string[] =>
  identities.map(({ issuer, subject }) => `${subject} at ${issuer}`);

const some = (names: readonly string[], put: (names: string) => string): string[] =>
  names.length === 0 ? [] : [put(listed(names, 'and'))];

const belongings = ({ roles = [], groups = [] }: Person): string[] => [
  ...some(roles, (names) => `in role ${names}`),
  ...some(groups, (names) => `in group ${names}`),
];

function changesOf(before: Person, after: Person): string[] {
  return [
    ...(before.active === after.active ? [] : [after.active ? 'is active again' : 'is no longer active']),
    ...some(gained(before.roles, after.roles), (names) => `is now in role ${names}`),
    ...some(gained(after.roles, before.roles), (names) => `is no longer in role ${names}`),
    ...some(gained(before.groups, after.groups), (names) => `is now in group ${names}`),
    ...some(gained(after.groups, before.groups), (names) => `is no longer in group ${names}`),
    ...some(
      gained(identityNames(before.identities), identityNames(after.identities)),
      (names) => `may now sign in as ${names}`,
    ),
    ...some(
      gained(identityNames(after.identities), identityNames(before.identities)),
      (names) => `may no longer sign in as ${names}`,
    ),
  ];
}

/** What changed about people: first those who left, then the others in the order of the new directory. */
export function diffPeople(
  { people: before }: DirectoryDocument,
  { people: after }: DirectoryDocument,
  limit: number,
): BoundedList<PersonChange> {
  const changes = new BoundedList<PersonChange>(limit);
  for (const person of Object.keys(before))
    if (!Object.hasOwn(after, person)) changes.add({ person, change: 'is removed' });
  for (const [person, now] of Object.entries(after)) {
    const was = Object.hasOwn(before, person) ? before[person] : undefined;
    if (was === undefined) {
      const what = ['is added', ...belongings(now), ...(now.active ? [] : ['not active'])];
      changes.add({ person, change: what.join(', ') });
      continue;
    }
    const what = changesOf(was, now);
    if (what.length > 0) changes.add({ person, change: what.join('; ') });
  }
  return changes;
}
