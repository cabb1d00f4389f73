import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * A record is kept inline up to nearly a page, and as it came. Most are 1 to 3 KB: Postgres would compress those over
 * 2 KB, which costs twice as much CPU as all the rest of the insert to save a fifth of the disk, or else move them out of
 * line, which costs a second row and index entry each.
 */
const BYTES_AS_THEY_CAME = 'toast_tuple_target = 8160';

/** The tables that only ever grow. */
const APPEND_ONLY = ['record', 'record_default', 'suspect', 'gap'] as const;

/**
 * The ledger. Its owner runs this; `audit_writer` can add and read, never change; `audit_reader` can read. Both roles
 * exist before.
 *
 * `ledger_end` is one row: the sequence number of the next record and the last arrival. Moving it is the one step that
 * all writers queue for, which makes sequence numbers gapless and arrivals ascending in the order of the commits: no
 * record ever appears before one that a reader has seen. `next_offset` says for each partition of each topic which
 * offset comes next; both move in the transaction that adds the records, so each record is added exactly once.
 *
 * `record` is partitioned by the month of arrival (UTC). The writer cannot create tables; it calls
 * `ensure_month_partitions`, which runs with the owner's rights and makes nothing but the months from now on, at most
 * two years ahead. Whatever comes when nobody has called it for that long is kept in `record_default`.
 */
export class CreateLedger1795305600000 implements MigrationInterface {
  readonly name = 'CreateLedger1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE record (
        arrived_at    timestamptz NOT NULL,
        seq           bigint      NOT NULL,
        record_offset bigint      NOT NULL,
        broker_time   timestamptz,
        request_id    uuid,
        partition     integer     NOT NULL,
        topic         text        NOT NULL COLLATE "C",
        reading       text        NOT NULL COLLATE "C" CHECK (reading IN ('event', 'letter', 'withheld', 'unreadable')),
        sha256        bytea       NOT NULL CHECK (octet_length(sha256) = 32),
        event_type    text        COLLATE "C",
        action        text        COLLATE "C",
        environment   text        COLLATE "C",
        risk_level    text        COLLATE "C",
        requester     text        COLLATE "C",
        outcome       text        COLLATE "C",
        persons       text[]      COLLATE "C",
        key           bytea       STORAGE EXTERNAL,
        headers       bytea       STORAGE EXTERNAL,
        value         bytea       STORAGE EXTERNAL,
        PRIMARY KEY (arrived_at, seq)
      ) PARTITION BY RANGE (arrived_at)`);
    await runner.query('CREATE INDEX record_place ON record (topic, partition, record_offset)');
    await runner.query('CREATE INDEX record_request ON record (request_id) WHERE request_id IS NOT NULL');
    await runner.query(
      `CREATE TABLE record_default PARTITION OF record DEFAULT WITH (${BYTES_AS_THEY_CAME})`,
    );
    await runner.query(`
      CREATE TABLE next_offset (
        topic       text    NOT NULL COLLATE "C",
        partition   integer NOT NULL,
        next_offset bigint  NOT NULL,
        PRIMARY KEY (topic, partition)
      ) WITH (fillfactor = 40)`);
    await runner.query(`
      CREATE TABLE ledger_end (
        the_one         boolean     PRIMARY KEY DEFAULT true CHECK (the_one),
        next_seq        bigint      NOT NULL,
        last_arrived_at timestamptz NOT NULL
      ) WITH (fillfactor = 20)`);
    await runner.query(
      `INSERT INTO ledger_end (next_seq, last_arrived_at) VALUES (0, date_trunc('milliseconds', now()))`,
    );
    await runner.query(`
      CREATE TABLE gap (
        topic       text        NOT NULL COLLATE "C",
        partition   integer     NOT NULL,
        from_offset bigint      NOT NULL,
        to_offset   bigint      NOT NULL,
        found_at    timestamptz NOT NULL,
        explanation text        NOT NULL CHECK (explanation IN ('compacted', 'expired by retention', 'unexplained')),
        detail      text        NOT NULL,
        PRIMARY KEY (topic, partition, from_offset),
        CHECK (from_offset < to_offset)
      )`);
    await runner.query(`
      CREATE TABLE suspect (
        found_at      timestamptz NOT NULL DEFAULT now(),
        topic         text        NOT NULL COLLATE "C",
        partition     integer     NOT NULL,
        record_offset bigint      NOT NULL,
        sha256        bytea       NOT NULL CHECK (octet_length(sha256) = 32),
        known_sha256  bytea,
        broker_time   timestamptz,
        key           bytea,
        headers       bytea,
        value         bytea,
        PRIMARY KEY (topic, partition, record_offset, sha256)
      )`);
    await this.#refuseChanges(runner);
    await this.#monthPartitions(runner);
    await runner.query('SELECT ensure_month_partitions(3)');
    await this.#privileges(runner);
  }

  async down(): Promise<void> {
    throw new Error('the ledger only grows; there is no way back to before it');
  }

  async #refuseChanges(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the ledger only grows: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $$`);
    for (const table of ['record', 'suspect', 'gap']) {
      await runner.query(`
        CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse_change()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER only_grows`);
    }
    for (const table of [...APPEND_ONLY, 'next_offset', 'ledger_end']) {
      await runner.query(`
        CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER never_emptied`);
    }
    for (const table of ['next_offset', 'ledger_end']) {
      await runner.query(`
        CREATE TRIGGER never_forgotten BEFORE DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse_change()`);
      await runner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER never_forgotten`);
    }
  }

  /** Triggers on rows come to a new partition by themselves; those on statements do not. */
  async #monthPartitions(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION ensure_month_partitions(months_ahead integer) RETURNS SETOF text
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
      DECLARE
        first_day timestamptz;
        next_month timestamptz;
        name text;
      BEGIN
        IF months_ahead NOT BETWEEN 0 AND 24 THEN
          RAISE EXCEPTION 'months_ahead must be 0 to 24' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        PERFORM pg_advisory_xact_lock(7405002);
        FOR month IN 0 .. months_ahead LOOP
          first_day := date_trunc('month', now()) + make_interval(months => month);
          next_month := first_day + interval '1 month';
          name := 'record_' || to_char(first_day, 'YYYY_MM');
          CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
          CONTINUE WHEN EXISTS (
            SELECT FROM public.record_default WHERE arrived_at >= first_day AND arrived_at < next_month
          );
          EXECUTE format(
            'CREATE TABLE public.%I PARTITION OF public.record FOR VALUES FROM (%L) TO (%L) WITH (${BYTES_AS_THEY_CAME})',
            name, first_day, next_month);
          EXECUTE format(
            'CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public.%I FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change()',
            name);
          EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER never_emptied', name);
          RETURN NEXT name;
        END LOOP;
      END $$`);
    await runner.query('REVOKE ALL ON FUNCTION ensure_month_partitions(integer) FROM PUBLIC');
  }

  async #privileges(runner: QueryRunner): Promise<void> {
    await runner.query('GRANT USAGE ON SCHEMA public TO audit_writer, audit_reader');
    await runner.query(
      'GRANT SELECT ON record, next_offset, ledger_end, gap, suspect TO audit_writer, audit_reader',
    );
    await runner.query('GRANT INSERT ON record, next_offset, gap, suspect TO audit_writer');
    await runner.query('GRANT UPDATE (next_offset) ON next_offset TO audit_writer');
    await runner.query('GRANT UPDATE (next_seq, last_arrived_at) ON ledger_end TO audit_writer');
    await runner.query('GRANT EXECUTE ON FUNCTION ensure_month_partitions(integer) TO audit_writer');
  }
}
