import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * What is in which part of the ledger: for each full tile of the tree the facets of its records, as `kind:value`, so that a
 * question that few records answer looks only into the tiles that hold such a record. An index over a row for 256 records
 * costs next to nothing beside one over each; it is derived, like everything that is asked by.
 */
export class AddFacets1795996800000 implements MigrationInterface {
  readonly name = 'AddFacets1795996800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tile_facets (
        index            bigint      PRIMARY KEY CHECK (index >= 0),
        first_arrived_at timestamptz NOT NULL,
        last_arrived_at  timestamptz NOT NULL,
        facets           text[]      NOT NULL COLLATE "C"
      )`);
    await runner.query('CREATE INDEX tile_facets_of ON tile_facets USING gin (facets)');
    await runner.query(`
      CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON tile_facets FOR EACH ROW EXECUTE FUNCTION refuse_change()`);
    await runner.query('ALTER TABLE tile_facets ENABLE ALWAYS TRIGGER only_grows');
    await runner.query(`
      CREATE TRIGGER never_emptied BEFORE TRUNCATE ON tile_facets FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
    await runner.query('ALTER TABLE tile_facets ENABLE ALWAYS TRIGGER never_emptied');
    await runner.query('GRANT SELECT ON tile_facets TO audit_writer, audit_reader');
    await runner.query('GRANT INSERT ON tile_facets TO audit_writer');
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
