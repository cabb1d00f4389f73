import { type DirectoryDocument } from './directory-document.js';

/** The people behind each selector of a directory: `role:cto`, `group:dba`, `person:erin` → ids in order of their code units. */
export function peopleBySelector(directory: DirectoryDocument): Map<string, string[]> {
  const people = new Map<string, string[]>([
    ...directory.roles.map((role): [string, string[]] => [`role:${role}`, []]),
    ...directory.groups.map((group): [string, string[]] => [`group:${group}`, []]),
  ]);
  for (const id of Object.keys(directory.people).toSorted()) {
    const person = directory.people[id];
    people.set(`person:${id}`, [id]);
    for (const role of new Set(person?.roles)) people.get(`role:${role}`)?.push(id);
    for (const group of new Set(person?.groups)) people.get(`group:${group}`)?.push(id);
  }
  return people;
}
