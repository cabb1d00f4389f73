import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The tables of the tree; like the records they stand over, they only ever grow. */
const TABLES = ['tree_tile', 'checkpoint'] as const;

/**
 * The Merkle tree over the records (RFC 9162) and its signed checkpoints.
 *
 * `tree_tile` holds full tiles only, each 256 neighbouring hashes of one level: level 0 the leaves, level 1 the roots of
 * the tiles of level 0, and so on. What lies right of the last full tile is computed from the records again. `root` is
 * the root of the tile itself, so that a tree can be put together without reading its tiles. `last_arrived_at`, of
 * level 0, is the arrival of the tile's last record: the records' own index begins with the arrival, and so a record is
 * found by its sequence number without another index on every record.
 */
export class AddTree1795910400000 implements MigrationInterface {
  readonly name = 'AddTree1795910400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tree_tile (
        level           smallint NOT NULL CHECK (level >= 0),
        index           bigint   NOT NULL CHECK (index >= 0),
        last_arrived_at timestamptz,
        root            bytea    NOT NULL CHECK (octet_length(root) = 32),
        hashes          bytea    STORAGE EXTERNAL NOT NULL CHECK (octet_length(hashes) = 256 * 32),
        PRIMARY KEY (level, index),
        CHECK ((level = 0) = (last_arrived_at IS NOT NULL))
      )`);
    await runner.query(`
      CREATE TABLE checkpoint (
        size            bigint      PRIMARY KEY CHECK (size > 0),
        root            bytea       NOT NULL CHECK (octet_length(root) = 32),
        note            text        NOT NULL,
        at              timestamptz NOT NULL,
        last_arrived_at timestamptz NOT NULL
      )`);
    for (const table of TABLES) {
      await runner.query(`
        CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse_change()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER only_grows`);
      await runner.query(`
        CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER never_emptied`);
      await runner.query(`GRANT SELECT ON ${table} TO audit_writer, audit_reader`);
      await runner.query(`GRANT INSERT ON ${table} TO audit_writer`);
    }
  }

  async down(): Promise<void> {
    throw new Error('the ledger only grows; there is no way back to before its tree');
  }
}
