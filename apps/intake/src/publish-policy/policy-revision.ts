import { type PolicyPublished } from '@tollgate/contracts';
import { type Publish } from '@tollgate/messaging';
import { type DataSource, type EntityManager } from 'typeorm';
import { Statement } from '../database/statement.js';
import { textRecord } from '../events/event-record.js';

/** Policy and directory as JSON texts: they may be large, and are read only where somebody looks into them. */
export interface PolicyTexts {
  /** SHA-256, hex, over the JCS form of `{ policy, directory }`. */
  readonly documentHash: string;
  readonly policy: string;
  readonly directory: string;
}

/** A published revision. */
export type PolicyRevision = PolicyTexts & Readonly<Omit<PolicyPublished, keyof PolicyTexts>>;

interface Row {
  revision: number;
  document_hash: string;
  policy: string;
  directory: string;
  origin: PolicyPublished['origin'];
  published_at: Date;
  details: Pick<PolicyPublished, 'requestId' | 'approvedBy' | 'operator' | 'justification' | 'deactivated'>;
}

const COLUMNS =
  'revision, document_hash, policy::text AS policy, directory::text AS directory, origin, published_at, details';
const RULING = new Statement<Row>(
  'ruling-revision',
  `SELECT ${COLUMNS} FROM policy_revision ORDER BY revision DESC LIMIT 1`,
);
const BY_NUMBER = new Statement<Row>(
  'revision-by-number',
  `SELECT ${COLUMNS} FROM policy_revision WHERE revision = $1`,
);
const HIGHEST = new Statement<{ revision: number }>(
  'highest-revision',
  'SELECT revision FROM policy_revision ORDER BY revision DESC LIMIT 1',
);
/** Any constant: whoever publishes a revision queues for it, so that numbers have no gaps. */
const LOCK = new Statement('lock-policy', 'SELECT pg_advisory_xact_lock(7405101)');
const SHARE = new Statement('share-policy', 'SELECT pg_advisory_xact_lock_shared(7405101)');
const INSERT = new Statement(
  'insert-revision',
  `INSERT INTO policy_revision (revision, document_hash, policy, directory, origin, published_at, details)
   VALUES ($1, $2, $3, $4, $5, $6, $7)`,
);

const revisionOf = ({ document_hash, published_at, details, ...row }: Row): PolicyRevision => ({
  ...row,
  documentHash: document_hash,
  publishedAt: published_at.toISOString(),
  ...details,
});

/** The revision that rules, as far as this database has committed; undefined before the first start is through. */
export async function rulingRevision(dataSource: DataSource): Promise<PolicyRevision | undefined> {
  const [row] = await RULING.alone(dataSource, []);
  return row === undefined ? undefined : revisionOf(row);
}

/** @param revision 1, 2, 3, …; undefined for one that was never published */
export async function revisionByNumber(
  dataSource: DataSource,
  revision: number,
): Promise<PolicyRevision | undefined> {
  const [row] = await BY_NUMBER.alone(dataSource, [revision]);
  return row === undefined ? undefined : revisionOf(row);
}

/** The number of the ruling revision; 0 before the first. */
export async function highestRevision(tx: EntityManager): Promise<number> {
  return (await HIGHEST.within(tx, []))[0]?.revision ?? 0;
}

/**
 * Keeps others from publishing a revision until this transaction ends.
 * @returns the number of the ruling revision; 0 before the first
 */
export async function lockPolicy(tx: EntityManager): Promise<number> {
  await LOCK.within(tx, []);
  return highestRevision(tx);
}

/**
 * Keeps others from publishing a revision until this transaction ends, beside others who only keep it so.
 * @returns the number of the ruling revision; 0 before the first
 */
export async function holdPolicy(tx: EntityManager): Promise<number> {
  await SHARE.within(tx, []);
  return highestRevision(tx);
}

/** A revision as `policy.published` says it and `GET /v1/policy` shows it, as JSON. */
export function revisionText({ revision, documentHash, policy, directory, ...rest }: PolicyRevision): string {
  const head = JSON.stringify({ revision, documentHash }).slice(0, -1);
  return `${head},"policy":${policy},"directory":${directory},${JSON.stringify(rest).slice(1)}`;
}

/**
 * Publishes a revision, in the caller's transaction, which holds the lock of {@link lockPolicy}.
 * @param cause the event that it follows from, where there is one
 */
export async function publishRevision(
  tx: EntityManager,
  publish: Publish,
  published: PolicyRevision,
  cause?: { readonly id: string; readonly traceparent?: string },
): Promise<void> {
  const { revision, documentHash, policy, directory, origin, publishedAt, ...details } = published;
  await INSERT.within(tx, [
    revision,
    documentHash,
    policy,
    directory,
    origin,
    publishedAt,
    JSON.stringify(details),
  ]);
  const { requestId } = details;
  const key = String(revision);
  const given = {
    topic: 'policy.published' as const,
    service: 'intake' as const,
    key,
    time: publishedAt,
    ...(requestId === undefined ? {} : { requestId }),
    ...(cause === undefined ? {} : { cause }),
  };
  publish([textRecord(given, key, revisionText(published))]);
}
