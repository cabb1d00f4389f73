import { type Pool } from 'pg';

const TABLES = `
  SELECT c.oid::regclass::text AS name,
    (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname = 'public'`;

/**
 * Keeps a copy of all tables, as a backup would.
 * @param admin an administrator of the database, which nobody else writes to meanwhile
 * @returns what puts everything back as it was
 */
export async function backUpTables(admin: Pool): Promise<() => Promise<void>> {
  const { rows } = await admin.query<{ name: string; columns: string }>(TABLES);
  const copies = rows.map(({ name, columns }, index) => ({ name, columns, copy: `backup.copy_${index}` }));
  await admin.query('DROP SCHEMA IF EXISTS backup CASCADE; CREATE SCHEMA backup');
  for (const { name, columns, copy } of copies)
    await admin.query(`CREATE TABLE ${copy} AS SELECT ${columns} FROM ${name}`);
  return async () => {
    const client = await admin.connect();
    try {
      // In any order, whatever refers to what.
      await client.query(`BEGIN; SET LOCAL session_replication_role = replica`);
      for (const { name, columns, copy } of copies)
        await client.query(
          `DELETE FROM ${name}; INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${copy}`,
        );
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };
}
