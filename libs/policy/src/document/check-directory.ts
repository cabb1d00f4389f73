import { NAME_PATTERN, pointerTo } from '@tollgate/contracts';
import { workingTimeFault } from '../working-time/working-time-fault.js';
import { Calendar, DirectoryDocument, Person } from './directory-document.js';
import { type DocumentFault } from './document-fault.js';
import { Faults } from './faults.js';
import { type Shape, shapeCheck } from './shape-check.js';

const checkDirectoryShape = shapeCheck(DirectoryDocument);
const checkPersonShape = shapeCheck(Person);
const checkCalendarShape = shapeCheck(Calendar);

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

function checkCalendars({ calendars = {} }: DirectoryDocument, faults: Faults): void {
  for (const [name, value] of Object.entries(calendars)) {
    if (faults.full) return;
    const pointer = pointerTo('/calendars', name);
    if (!NAME_PATTERN.test(name)) faults.add({ pointer, message: 'is not a name' });
    const shape = checkCalendarShape(value, pointer);
    if (!shape.ok) {
      faults.add(...shape.faults);
      continue;
    }
    const { zone, week, holidays = [] } = shape.value;
    const message = workingTimeFault({ calendar: name, zone, week, holidays });
    const field = message?.includes('time zone')
      ? ['zone']
      : message?.includes('holiday')
        ? ['holidays']
        : ['week'];
    if (message !== undefined) faults.add({ pointer: pointerTo(pointer, ...field), message });
  }
}

/** A directory as plain JSON → the same, known to be a directory; or everything that is wrong with it. */
export function checkDirectory(json: unknown): Shape<DirectoryDocument> {
  const shape = checkDirectoryShape(json);
  if (!shape.ok) return shape;
  const directory = shape.value;
  const faults = new Faults();
  const roles = new Set(directory.roles);
  const groups = new Set(directory.groups);
  const identities = new Map<string, string>();
  const spelled = new Map<string, string>();
  for (const [id, value] of Object.entries(directory.people)) {
    if (faults.full) break;
    const pointer = pointerTo('/people', id);
    if (!NAME_PATTERN.test(id))
      faults.add({
        pointer,
        message: 'a person id starts with a letter or digit and holds only letters, digits and _ . @ : / -',
      });
    const person = checkPersonShape(value, pointer);
    if (!person.ok) {
      faults.add(...person.faults);
      continue;
    }
    const twin = spelled.get(id.toLowerCase());
    if (twin !== undefined)
      faults.add({ pointer, message: `differs from the person ${twin} by upper and lower case only` });
    spelled.set(id.toLowerCase(), id);
    faults.add(
      ...undeclared('roles', person.value, roles, pointer),
      ...undeclared('groups', person.value, groups, pointer),
    );
    for (const [index, { issuer, subject }] of (person.value.identities ?? []).entries()) {
      const key = JSON.stringify([issuer, subject]);
      const holder = identities.get(key);
      if (holder !== undefined)
        faults.add({
          pointer: pointerTo(pointer, 'identities', index),
          message: `is already an identity of ${holder}`,
        });
      identities.set(key, id);
    }
  }
  checkCalendars(directory, faults);
  return faults.none ? shape : { ok: false, faults: faults.list() };
}
