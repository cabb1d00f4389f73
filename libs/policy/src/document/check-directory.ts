import { NAME_PATTERN, pointerTo } from '@tollgate/contracts';
import { DirectoryDocument, Person } from './directory-document.js';
import { type DocumentFault } from './document-fault.js';
import { type Shape, shapeCheck } from './shape-check.js';

const checkDirectoryShape = shapeCheck(DirectoryDocument);
const checkPersonShape = shapeCheck(Person);

function undeclared(
  kind: 'roles' | 'groups',
  person: Person,
  declared: ReadonlySet<string>,
  pointer: string,
): DocumentFault[] {
  return (person[kind] ?? []).flatMap((name, index) =>
    declared.has(name)
      ? []
      : [{ pointer: pointerTo(pointer, kind, index), message: `${name} is not declared under ${kind}` }],
  );
}

/** A directory as plain JSON → the same, known to be a directory; or everything that is wrong with it. */
export function checkDirectory(json: unknown): Shape<DirectoryDocument> {
  const shape = checkDirectoryShape(json);
  if (!shape.ok) return shape;
  const directory = shape.value;
  const faults: DocumentFault[] = [];
  const roles = new Set(directory.roles);
  const groups = new Set(directory.groups);
  const identities = new Map<string, string>();
  const spelled = new Map<string, string>();
  for (const [id, value] of Object.entries(directory.people)) {
    const pointer = pointerTo('/people', id);
    if (!NAME_PATTERN.test(id))
      faults.push({
        pointer,
        message: 'a person id starts with a letter or digit and holds only letters, digits and _ . @ : / -',
      });
    const person = checkPersonShape(value, pointer);
    if (!person.ok) {
      faults.push(...person.faults);
      continue;
    }
    const twin = spelled.get(id.toLowerCase());
    if (twin !== undefined)
      faults.push({ pointer, message: `differs from the person ${twin} by upper and lower case only` });
    spelled.set(id.toLowerCase(), id);
    faults.push(
      ...undeclared('roles', person.value, roles, pointer),
      ...undeclared('groups', person.value, groups, pointer),
    );
    for (const [index, { issuer, subject }] of (person.value.identities ?? []).entries()) {
      const key = JSON.stringify([issuer, subject]);
      const holder = identities.get(key);
      if (holder !== undefined)
        faults.push({
          pointer: pointerTo(pointer, 'identities', index),
          message: `is already an identity of ${holder}`,
        });
      identities.set(key, id);
    }
  }
  return faults.length > 0 ? { ok: false, faults } : shape;
}
