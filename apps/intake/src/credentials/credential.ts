import { forbidden, type Problem } from '@tollgate/runtime';

/** What a credential can open beyond its producer's own requests. */
export const SCOPES = [
  'requests:read',
  'releases:redeem',
  'releases:revoke',
  'policy:propose',
  'operate',
  'ledger:read',
  'ledger:export',
] as const;
export type Scope = (typeof SCOPES)[number];

/** A known credential. */
export interface Credential {
  /** Absent for the operators' own key, which asks for nothing itself. */
  readonly producer?: string;
  /**
   * The executor of the producer that has it. Such a credential reads what its producer may read and redeems; it asks for
   * nothing and takes nothing back.
   */
  readonly executor?: string;
  /** The person who answers for it; `operator` for the operators' own key. */
  readonly owner: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** The scopes that a key of an executor may have. */
export const EXECUTOR_SCOPES: readonly Scope[] = ['requests:read', 'releases:redeem', 'releases:revoke'];

/** Whose releases a producer, or an executor of it, redeems. */
export const audienceOf = (producer: string, executor: string | undefined): string =>
  executor === undefined ? producer : `${producer}/${executor}`;

/** Who the credential is, on record: its producer with its executor, or its owner. */
export const nameOf = ({ producer, executor, owner }: Credential): string =>
  producer === undefined ? owner : audienceOf(producer, executor);

/** Whether it is the producer's own credential, not one of its executors'. */
const isOwn = (credential: Credential, producer: string): boolean =>
  credential.producer === producer && credential.executor === undefined;

/** Whether a credential may know of a producer's requests. */
export const maySee = (credential: Credential, producer: string): boolean =>
  credential.producer === producer || maySeeAll(credential);

/** Whether a credential may know of every request. */
export const maySeeAll = ({ scopes }: Credential): boolean =>
  scopes.has('requests:read') || scopes.has('operate');

/** Whether a credential may withdraw a producer's requests. */
export const mayWithdraw = (credential: Credential, producer: string): boolean =>
  isOwn(credential, producer) || credential.scopes.has('operate');

/** Whether a credential may revoke a release of a producer. */
export const mayRevoke = (credential: Credential, producer: string): boolean =>
  isOwn(credential, producer) || credential.scopes.has('releases:revoke') || credential.scopes.has('operate');

const needs = (scope: Scope): Problem => forbidden(`This needs a credential with the scope ${scope}.`);

/** @throws Problem 403 without the scope */
export function demand({ scopes }: Credential, scope: Scope): void {
  if (!scopes.has(scope)) throw needs(scope);
}
