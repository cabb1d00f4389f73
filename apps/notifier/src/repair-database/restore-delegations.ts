import { type DelegationDeclared } from '@tollgate/contracts';
import { type EntityManager } from 'typeorm';
import { Statement } from '../database/statement.js';

const put = new Statement(
  'restore_delegation',
  `INSERT INTO delegation (id, from_person, to_person, starts_at, ends_at, request_id, reason, declared_by, declared_as,
                           authentication, declared_at, revoked_at, revoked_by, revoked_why, apply_at)
   VALUES ($1, $2, $3, $4::timestamptz, $5, $6, $7, $8, $9, $10, $11, $12::timestamptz, $13, $14,
           coalesce($12::timestamptz, $4::timestamptz))
   ON CONFLICT (id) DO UPDATE SET
     revoked_at = excluded.revoked_at, revoked_by = excluded.revoked_by, revoked_why = excluded.revoked_why,
     apply_at = excluded.revoked_at
   WHERE delegation.revoked_at IS NULL AND excluded.revoked_at IS NOT NULL`,
);

/** Puts delegations on record, and that they were revoked; what waits is looked at because of them as if it were now. */
export async function restoreDelegations(
  tx: EntityManager,
  declared: readonly DelegationDeclared[],
): Promise<void> {
  for (const one of declared)
    await put.run(
      tx,
      ...[one.id, one.from, one.to, one.startsAt, one.endsAt ?? null, one.requestId ?? null, one.reason],
      ...[one.declaredBy, one.declaredAs, one.authentication ?? null, one.declaredAt],
      ...[one.revokedAt ?? null, one.revokedBy ?? null, one.revokedWhy ?? null],
    );
}
