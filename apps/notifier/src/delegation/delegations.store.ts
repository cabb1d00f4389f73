import { type Authentication, type DeclaredAs, type DelegationDeclared } from '@tollgate/contracts';
import { type Instant, isoTime } from '../approval/approval.js';
import { milliseconds } from '../approval/approvals.store.js';
import { type RunsOn, Statement } from '../database/statement.js';

interface DelegationRow {
  readonly id: string;
  readonly from_person: string;
  readonly to_person: string;
  readonly starts_at: number;
  readonly ends_at: number | null;
  readonly request_id: string | null;
  readonly reason: string;
  readonly declared_by: string;
  readonly declared_as: DeclaredAs;
  readonly authentication: Authentication | null;
  readonly declared_at: number;
  readonly revoked_at: number | null;
  readonly revoked_by: string | null;
  readonly revoked_why: string | null;
}

const COLUMNS = `id, from_person, to_person, ${milliseconds('starts_at')} AS starts_at,
  ${milliseconds('ends_at')} AS ends_at, request_id, reason, declared_by, declared_as, authentication,
  ${milliseconds('declared_at')} AS declared_at, ${milliseconds('revoked_at')} AS revoked_at, revoked_by, revoked_why`;

/** Neither revoked nor past; one for a request only while that waits for people. */
const IS_LIVE = `revoked_at IS NULL AND (ends_at IS NULL OR ends_at > statement_timestamp())
  AND (request_id IS NULL
    OR EXISTS (SELECT FROM approval WHERE approval.request_id = delegation.request_id AND status = 'pending'))`;

const given = <Name extends string, Value>(name: Name, value: Value | null): Partial<Record<Name, Value>> => {
  const field: Partial<Record<Name, Value>> = {};
  if (value !== null) field[name] = value;
  return field;
};
const givenTime = <Name extends string>(name: Name, instant: number | null): Partial<Record<Name, string>> =>
  given(name, instant === null ? null : isoTime(instant));

const delegationOf = (row: DelegationRow): DelegationDeclared => ({
  id: row.id,
  from: row.from_person,
  to: row.to_person,
  startsAt: isoTime(row.starts_at),
  ...givenTime('endsAt', row.ends_at),
  ...given('requestId', row.request_id),
  reason: row.reason,
  declaredBy: row.declared_by,
  declaredAs: row.declared_as,
  ...given('authentication', row.authentication),
  declaredAt: isoTime(row.declared_at),
  ...givenTime('revokedAt', row.revoked_at),
  ...given('revokedBy', row.revoked_by),
  ...given('revokedWhy', row.revoked_why),
});

/** One declaration after the other: whoever declares sees all that were declared before. */
const DECLARATION_LOCK = 7_420_003;
const lockDeclarations = new Statement<{ now: number }>(
  'delegation_lock_declarations',
  `WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(${DECLARATION_LOCK}))
   SELECT ${milliseconds('clock_timestamp()')} AS now FROM locked`,
);
const live = new Statement<DelegationRow>(
  'delegation_live',
  `SELECT ${COLUMNS} FROM delegation WHERE ${IS_LIVE} ORDER BY id`,
);
const insert = new Statement(
  'delegation_insert',
  `INSERT INTO delegation (id, from_person, to_person, starts_at, ends_at, request_id, reason, declared_by,
                           declared_as, authentication, declared_at, apply_at)
   VALUES ($1, $2, $3, $4::timestamptz, $5, $6, $7, $8, $9, $10, $11, $4::timestamptz)`,
);
const find = new Statement<DelegationRow>(
  'delegation_find',
  `SELECT ${COLUMNS} FROM delegation WHERE id = $1`,
);
const findAll = new Statement<DelegationRow>(
  'delegation_find_all',
  `SELECT ${COLUMNS} FROM delegation WHERE id = ANY ($1::uuid[])`,
);
const ofPerson = new Statement<DelegationRow>(
  'delegation_of_person',
  `SELECT ${COLUMNS} FROM delegation
   WHERE id IN (SELECT id FROM delegation WHERE from_person = $1 UNION SELECT id FROM delegation WHERE to_person = $1)
     AND coalesce(revoked_at, ends_at, 'infinity') > statement_timestamp() - interval '90 days'
   ORDER BY id DESC LIMIT 500`,
);
const all = new Statement<DelegationRow>(
  'delegation_all',
  `SELECT ${COLUMNS} FROM delegation
   WHERE coalesce(revoked_at, ends_at, 'infinity') > statement_timestamp() - interval '90 days'
   ORDER BY id DESC LIMIT 500`,
);
// A revocation waits until the votes that rest on the delegation are committed.
const lockToVote = new Statement<DelegationRow & { now: number }>(
  'delegation_lock_to_vote',
  `WITH locked AS MATERIALIZED (
     SELECT * FROM delegation
     WHERE to_person = ANY ($1::text[]) AND (request_id IS NULL OR request_id = ANY ($2::uuid[]))
       AND coalesce(revoked_at, ends_at, 'infinity') > statement_timestamp() - interval '30 days'
     ORDER BY id FOR SHARE
   )
   SELECT ${COLUMNS}, ${milliseconds('clock_timestamp()')} AS now FROM locked ORDER BY starts_at`,
);
const inForce = new Statement<DelegationRow>(
  'delegation_in_force',
  `SELECT ${COLUMNS} FROM delegation
   WHERE from_person = ANY ($1::text[]) AND revoked_at IS NULL AND starts_at <= clock_timestamp()
     AND (ends_at IS NULL OR ends_at > clock_timestamp())
   ORDER BY id`,
);
// The clock is read after the lock was granted, and rounded up: whatever was voted before has an earlier millisecond.
const revoke = new Statement<DelegationRow>(
  'delegation_revoke',
  `WITH locked AS MATERIALIZED (
     SELECT id FROM delegation WHERE id = ANY ($1::uuid[]) AND revoked_at IS NULL ORDER BY id FOR UPDATE
   )
   UPDATE delegation SET
     revoked_at = date_trunc('milliseconds', clock_timestamp()) + interval '1 ms',
     revoked_by = $2, revoked_why = $3, apply_at = clock_timestamp()
   WHERE id IN (SELECT id FROM locked) AND revoked_at IS NULL RETURNING ${COLUMNS}`,
);
const due = new Statement<{ id: string; from_person: string; request_id: string | null; apply_at: string }>(
  'delegation_due',
  `SELECT id, from_person, request_id, apply_at::text AS apply_at FROM delegation
   WHERE apply_at <= clock_timestamp() ORDER BY apply_at LIMIT 500`,
);
const applied = new Statement(
  'delegation_applied',
  `UPDATE delegation SET apply_at =
     CASE WHEN delegation.revoked_at IS NULL AND delegation.ends_at > given.apply_at THEN delegation.ends_at END
   FROM unnest($1::uuid[], $2::timestamptz[]) AS given (id, apply_at)
   WHERE delegation.id = given.id AND delegation.apply_at = given.apply_at`,
);
const untilNext = new Statement<{ wait: number | null }>(
  'delegation_until_next',
  `SELECT ${milliseconds('min(apply_at)')} - ${milliseconds('clock_timestamp()')} AS wait
   FROM delegation WHERE apply_at IS NOT NULL`,
);

/** A delegation because of which pending approvals are to be looked at. */
export interface DueDelegation {
  readonly id: string;
  readonly from: string;
  readonly requestId?: string;
  /** As text, exact to the microsecond. */
  readonly applyAt: string;
}

/** The table `delegation`: who stands for whom, from when until when. */
export const delegations = {
  /** To be called first by a transaction that declares; answers the database's clock in milliseconds. */
  async lockDeclarations(tx: RunsOn): Promise<Instant> {
    const [row] = await lockDeclarations.run(tx);
    if (row === undefined) throw new Error('the database answered no clock');
    return row.now;
  },

  /** Neither revoked nor past, nor for a request that is decided. */
  live: async (on: RunsOn): Promise<DelegationDeclared[]> => (await live.run(on)).map(delegationOf),

  async insert(tx: RunsOn, delegation: DelegationDeclared): Promise<void> {
    const { id, from, to, startsAt, endsAt, requestId, reason, declaredBy, declaredAs } = delegation;
    const { authentication, declaredAt } = delegation;
    await insert.run(
      tx,
      ...[id, from, to, startsAt, endsAt ?? null, requestId ?? null, reason, declaredBy, declaredAs],
      ...[authentication ?? null, declaredAt],
    );
  },

  async find(on: RunsOn, id: string): Promise<DelegationDeclared | undefined> {
    const [row] = await find.run(on, id);
    return row === undefined ? undefined : delegationOf(row);
  },

  findAll: async (on: RunsOn, ids: readonly string[]): Promise<DelegationDeclared[]> =>
    (await findAll.run(on, ids)).map(delegationOf),

  /** From and to a person, the latest first; what ended longer than 90 days ago is left out, here and in `all`. */
  ofPerson: async (on: RunsOn, person: string): Promise<DelegationDeclared[]> =>
    (await ofPerson.run(on, person)).map(delegationOf),

  all: async (on: RunsOn): Promise<DelegationDeclared[]> => (await all.run(on)).map(delegationOf),

  /**
   * Those by which people may mean to vote on requests, also ended ones, for the words. They are held until the
   * transaction ends: nobody revokes one of them meanwhile.
   * @returns them, and the clock after the last was held; 0 where there is none
   */
  async lockToVote(
    tx: RunsOn,
    persons: readonly string[],
    requestIds: readonly string[],
  ): Promise<{ readonly found: DelegationDeclared[]; readonly now: Instant }> {
    const rows = await lockToVote.run(tx, persons, requestIds);
    // A revocation is rounded up to the next millisecond: a vote after it is not before it.
    const now = rows.reduce((latest, row) => Math.max(latest, row.now, row.revoked_at ?? 0), 0);
    return { found: rows.map(delegationOf), now };
  },

  /**
   * Those in force now by which somebody stands for one of these persons, or for one of those who do, on whatever
   * request.
   */
  async inForce(on: RunsOn, persons: readonly string[]): Promise<DelegationDeclared[]> {
    if (persons.length === 0) return [];
    const known = new Set(persons);
    const rows = await inForce.run(on, [...known]);
    const delegates = rows.map((row) => row.to_person).filter((person) => !known.has(person));
    const theirs = delegates.length === 0 ? [] : await inForce.run(on, [...new Set(delegates)]);
    return [...rows, ...theirs].map(delegationOf);
  },

  /**
   * Ends delegations now.
   * @param by a person; undefined where the directory ends them
   * @returns those that were not revoked before, as they are now
   */
  revoke: async (
    tx: RunsOn,
    ids: readonly string[],
    by: string | undefined,
    why: string,
  ): Promise<DelegationDeclared[]> => (await revoke.run(tx, ids, by ?? null, why)).map(delegationOf),

  /** Those that began or ended since pending approvals were looked at because of them, the longest ago first. */
  due: async (on: RunsOn): Promise<DueDelegation[]> =>
    (await due.run(on)).map(({ id, from_person: from, request_id: requestId, apply_at: applyAt }) => ({
      id,
      from,
      applyAt,
      ...given('requestId', requestId),
    })),

  /** Says that this was done; what changed meanwhile is due again. */
  async applied(on: RunsOn, done: readonly DueDelegation[]): Promise<void> {
    await applied.run(
      on,
      done.map(({ id }) => id),
      done.map(({ applyAt }) => applyAt),
    );
  },

  /** Milliseconds until the next one is due, by the database's clock; undefined where none will be. */
  async untilNext(on: RunsOn): Promise<number | undefined> {
    const [row] = await untilNext.run(on);
    return row?.wait ?? undefined;
  },
};
