import { ServiceConfig } from '@tollgate/runtime';
import { IsIn, IsISO8601, IsOptional, IsString, IsUrl, Matches, MinLength } from 'class-validator';

/** What intake reads from the environment. */
export class IntakeConfig extends ServiceConfig {
  /** A `postgres://` URL with the role `intake`. */
  @IsString()
  @Matches(/^postgres(ql)?:\/\//, { message: 'databaseUrl must be a postgres:// URL' })
  databaseUrl!: string;
  /** The policy that rules from the first start on; afterwards it is only compared. YAML. */
  @IsString() policyFile!: string;
  /** The directory that goes with it. YAML. */
  @IsString() directoryFile!: string;
  /**
   * The Ed25519 private key that signs releases, as a JWK (RFC 8037); or a folder of such files, of which the last by name
   * signs. Looked at every ten seconds.
   */
  @IsString() releaseKeyFile!: string;
  /** `iss` of every release: a URL by which executors know this system. */
  @IsString() releaseIssuer!: string;
  /** File of the key by which markers of redacted secrets are made, the same as the notifier's. At least 32 characters. */
  @IsString() redactionKeyFile!: string;
  /** `iss` of the tokens of persons who break the glass, the same as the notifier's; where it is not given, nobody can. */
  @IsOptional() @IsString() @MinLength(1) approverIssuer?: string;
  /** `aud` of these tokens. */
  @IsOptional() @IsString() @MinLength(1) approverAudience?: string;
  /** A file with the issuer's public keys, a JWK set (RFC 7517). */
  @IsOptional() @IsString() @MinLength(1) approverJwksFile?: string;
  /** How long ago the sign-in of such a token may be: ISO 8601. `PT1H` where it is not given. */
  @IsOptional()
  @Matches(/^PT\d{1,3}[HM]$/, {
    message: 'signInRecent must be an ISO 8601 duration of hours or minutes, like PT1H',
  })
  signInRecent?: string;
  /** SHA-256, hex, of the key that opens the operators' calls. */
  @Matches(/^[0-9a-f]{64}$/, { message: 'operatorKeySha256 must be 64 lower-case hex digits' })
  operatorKeySha256!: string;
  /** The URL under which producers reach this service, without a slash at the end. */
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  @Matches(/[^/]$/, { message: 'publicUrl must not end in a slash' })
  publicUrl!: string;
  /** `true`: producers' webhooks may be at addresses that are not public, and without encryption. */
  @IsIn(['true', 'false'], { message: 'producerWebhookPrivate must be true or false' })
  producerWebhookPrivate: string = 'false';
  /** File of the key that seals the addresses and secrets of producers' webhooks in the database. At least 32 characters. */
  @IsString() producerWebhookKeyFile!: string;
  /**
   * From when on topics are read where the database turns out to be older than they are, after a backup was restored: ISO
   * 8601, UTC. Where it is not given: an hour before the newest thing that the database knows.
   */
  @IsOptional() @IsISO8601({ strict: true }) repairSince?: string;
}
