import { ServiceConfig } from '@tollgate/runtime';
import { Matches } from 'class-validator';

/** What audit reads from the environment, beside what every service reads. */
export class AuditConfig extends ServiceConfig {
  /** How the ledger is written: the role `audit_writer`. */
  @Matches(/^postgres(ql)?:\/\//, { message: 'databaseUrl must be a postgres:// URL' })
  databaseUrl!: string;
  /** How the ledger is read: the role `audit_reader`. */
  @Matches(/^postgres(ql)?:\/\//, { message: 'readerDatabaseUrl must be a postgres:// URL' })
  readerDatabaseUrl!: string;
  /** SHA-256, hex, of the key with which the ledger is read over HTTP. */
  @Matches(/^[0-9a-f]{64}$/, { message: 'ledgerReaderKeySha256 must be 64 hex digits in lower case' })
  ledgerReaderKeySha256!: string;
}
