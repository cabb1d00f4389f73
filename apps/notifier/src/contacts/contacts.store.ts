import { RowsStatement } from '../database/rows-statement.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { type Contact } from './contact.js';

const find = new Statement<Contact & { person: string }>(
  'contact_find',
  'SELECT person, name, email, zone FROM contact WHERE person = ANY ($1::text[])',
);
const upsert = new RowsStatement(
  'contact_upsert',
  { person: 'text', name: 'text', email: 'text', zone: 'text' },
  (incoming, present) => `
    INSERT INTO contact (person, name, email, zone) SELECT * FROM ${incoming} WHERE ${present}
    ON CONFLICT (person) DO UPDATE SET name = excluded.name, email = excluded.email, zone = excluded.zone
    WHERE (contact.name, contact.email, contact.zone) <> (excluded.name, excluded.email, excluded.zone)`,
);

/** The table `contact`. */
export const contacts = {
  /** The contacts of these persons; who has none is missing. */
  async find(on: RunsOn, persons: readonly string[]): Promise<Map<string, Contact>> {
    const rows = await find.run(on, persons);
    return new Map(rows.map(({ person, ...contact }) => [person, contact]));
  },

  /** Adds and changes contacts; others stay. */
  async put(on: RunsOn, wanted: ReadonlyMap<string, Contact>): Promise<void> {
    await upsert.run(
      on,
      [...wanted].map(([person, contact]) => ({ person, ...contact })),
    );
  },
};
