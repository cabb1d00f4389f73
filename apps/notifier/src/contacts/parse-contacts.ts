import { doorCheck, NAME_PATTERN } from '@tollgate/contracts';
import { LineCounter, parseDocument } from 'yaml';
import { Contact } from './contact.js';

/** The contacts file does not fit. Every fault with file, line and column; never a value. */
export class ContactsInvalidError extends Error {
  override readonly name = 'ContactsInvalidError';
}

const check = doorCheck(Contact);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * Reads the contacts file: `contacts:` with, by person id, `{ name, email, zone }`.
 * @param text YAML 1.2
 * @param file its name, for the faults
 * @throws ContactsInvalidError listing every fault
 */
export function parseContacts(text: string, file: string): Map<string, Contact> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw new ContactsInvalidError(
      document.errors.map(({ pos, code }) => `${at(pos[0])}: error: not YAML (${code})`).join('\n'),
    );
  }
  const root: unknown = document.toJS({ maxAliasCount: 0 });
  const entries = isRecord(root) && isRecord(root['contacts']) ? Object.entries(root['contacts']) : undefined;
  if (entries === undefined)
    throw new ContactsInvalidError(`${at(0)}: error: there is no mapping "contacts"`);
  const faults: string[] = [];
  const place = (...path: string[]): string => {
    const node: unknown = document.getIn(['contacts', ...path], true);
    const range = isRecord(node) && Array.isArray(node['range']) ? Number(node['range'][0]) : 0;
    return at(range);
  };
  const contacts = new Map<string, Contact>();
  for (const [person, value] of entries) {
    if (!NAME_PATTERN.test(person)) faults.push(`${place(person)}: error: this is no person id`);
    const checked = check(value);
    if (checked.ok) contacts.set(person, checked.value);
    else
      faults.push(
        ...checked.faults.map(
          ({ pointer, detail }) =>
            `${place(person, ...pointer.split('/').slice(1, 2))}: error: ${pointer.slice(1) || 'the contact'} ${detail}`,
        ),
      );
  }
  if (faults.length > 0) throw new ContactsInvalidError(faults.join('\n'));
  return contacts;
}
