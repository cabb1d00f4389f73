import { ServiceConfig } from '@tollgate/runtime';
import { IsOptional, IsString, Matches } from 'class-validator';

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
  /** Further readers with their scopes, as a JSON list; see `readers-file.ts`. Looked at every ten seconds. */
  @IsOptional() @IsString() ledgerReadersFile?: string;
  /** The Ed25519 private key that signs checkpoints, as a JWK (RFC 8037). */
  @IsString() ledgerKeyFile!: string;
  /** Names the ledger and its key: the first line of every checkpoint. */
  @Matches(/^[^\s+]{1,200}$/u, { message: 'ledgerOrigin must be a name without spaces and plus' })
  ledgerOrigin!: string;
  /** A file to which every checkpoint is appended as well. */
  @IsOptional() @IsString() ledgerMirrorFile?: string;
  /** Where browsers find the explorer. On https its cookie is never sent in the clear. */
  @Matches(/^https?:\/\/[^/\s]+$/, {
    message: 'explorerOrigin must be an origin such as https://ledger.example.com',
  })
  explorerOrigin = 'http://localhost:4300';
}
