import { type Pickable } from '@tollgate/servers';
import { parse } from 'yaml';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const entriesOf = (value: unknown, field: string): [string, Record<string, unknown>][] => {
  const entries = isObject(value) ? value[field] : undefined;
  return isObject(entries)
    ? Object.entries(entries).filter((entry): entry is [string, Record<string, unknown>] =>
        isObject(entry[1]),
      )
    : [];
};
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];

/**
 * The people of a directory who have an identity with an issuer, to pick one.
 * @param directory text of the directory's file (YAML)
 * @param contacts text of the contacts' file (YAML), for their names
 */
export function peopleOfDirectory(directory: string, contacts: string, issuer: string): Pickable[] {
  const names = new Map(entriesOf(parse(contacts), 'contacts').map(([person, { name }]) => [person, name]));
  return entriesOf(parse(directory), 'people').flatMap(([person, { identities, roles, active }]) => {
    const identity = (Array.isArray(identities) ? identities : []).find(
      (candidate) => isObject(candidate) && candidate['issuer'] === issuer,
    );
    const subject: unknown = identity?.['subject'];
    if (typeof subject !== 'string') return [];
    const name = names.get(person);
    const remarks = [...texts(roles), ...(active === false ? ['not active'] : [])];
    return [
      {
        subject,
        name: typeof name === 'string' ? `${name}, ${person}` : person,
        ...(remarks.length === 0 ? {} : { remark: remarks.join(', ') }),
      },
    ];
  });
}
