import 'reflect-metadata';
import { durationMs } from '@tollgate/policy';
import { ServiceConfig } from '@tollgate/runtime';
import {
  IsEmail,
  IsIn,
  IsISO8601,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { areProxies } from './rate-limit/are-proxies.js';

const POSTGRES_URL = /^postgres(ql)?:\/\/.+/;
const LONGEST_RECENCY_MS = 12 * 60 * 60 * 1000;
const LOCAL_URL = { require_tld: false, require_protocol: true };

/** A setting that is given together with these others, or not at all. */
const WithAllOf = (...others: string[]): PropertyDecorator =>
  ValidateIf((config: object, value: unknown) =>
    [value, ...others.map((other): unknown => Reflect.get(config, other))].some(
      (given) => given !== undefined,
    ),
  );

/** The environment of the notifier. */
export class NotifierConfig extends ServiceConfig {
  /** `postgres://` URL with the service's own role. */
  @Matches(POSTGRES_URL, { message: 'databaseUrl must be a postgres:// URL' }) databaseUrl!: string;
  /** Connections to the database at most. */
  @IsInt() @Min(4) @Max(100) databasePoolSize: number = 10;
  /** `smtp://` or `smtps://` URL of the mail server, with user and password where it wants them. */
  @IsUrl(
    { ...LOCAL_URL, protocols: ['smtp', 'smtps'] },
    { message: 'smtpUrl must be an smtp:// or smtps:// URL' },
  )
  smtpUrl!: string;
  /** Who mails come from: an address, or `Name <address>`. */
  @IsEmail(
    { allow_display_name: true, require_tld: false },
    { message: 'mailFrom must be a mail address, or Name <address>' },
  )
  mailFrom!: string;
  /** File of the key by which markers of redacted secrets are made, the same as intake's. At least 32 characters. */
  @IsString() redactionKeyFile!: string;
  /** Mails that go out per second at most; votes and decisions come first. */
  @IsInt() @Min(1) @Max(10_000) mailsPerSecond: number = 25;
  /** Mails to one person per hour at most, digests included: what is over goes into digests. 0 for no limit. */
  @IsInt() @Min(0) @Max(10_000) mailsPerPersonPerHour: number = 12;
  /** Pages per person and minute, ten times as many per address; 0: no limit. Each process counts its own. */
  @IsInt() @Min(0) @Max(1_000_000) pagesPerMinute: number = 240;
  /** Votes per person and minute, by page, inbox and API together, ten times as many per address; 0: no limit. */
  @IsInt() @Min(0) @Max(1_000_000) votesPerMinute: number = 600;
  /**
   * The proxies in front of this service, comma-separated: addresses, networks (CIDR), `loopback`, `linklocal`,
   * `uniquelocal`. Only what they say of the caller's address is believed; unless set, nobody is.
   */
  @IsOptional()
  @ValidateBy({
    name: 'areProxies',
    validator: {
      validate: (value) => typeof value === 'string' && areProxies(value),
      defaultMessage: () =>
        'trustedProxies must be addresses or networks, comma-separated, like 10.0.0.0/8, or loopback',
    },
  })
  trustedProxies?: string;
  /** Where approvers reach this service, as the links in mails say it: scheme, host and port, no path. */
  @Matches(/^https?:\/\/[^/?#@\s]+$/, {
    message: 'publicUrl must be like https://tollgate.example.com, without a path',
  })
  publicUrl!: string;
  /** A file that holds the secret from which the links in mails are made; at least 32 characters. */
  @IsString() @MinLength(1) linkSecretFile!: string;
  /** A YAML file with people's names, mail addresses and time zones. */
  @IsString() @MinLength(1) contactsFile!: string;
  /** `iss` of the tokens with which approvers come. */
  @IsString() @MinLength(1) approverIssuer!: string;
  /** `aud` of these tokens. */
  @IsString() @MinLength(1) approverAudience!: string;
  /** A file with the issuer's public keys, a JWK set (RFC 7517). */
  @IsString() @MinLength(1) approverJwksFile!: string;
  /** SHA-256, hex, of the key that opens the operators' calls; the same as intake's. */
  @Matches(/^[0-9a-f]{64}$/, { message: 'operatorKeySha256 must be 64 lower-case hex digits' })
  operatorKeySha256!: string;
  /** The discovery document of the OpenID provider at which people sign in, of `approverIssuer`; http only on a laptop. */
  @WithAllOf('oidcClientId', 'oidcClientSecretFile')
  @IsUrl(
    { ...LOCAL_URL, protocols: ['http', 'https'] },
    { message: 'oidcDiscoveryUrl must be an https:// URL' },
  )
  oidcDiscoveryUrl?: string;
  /** As which client this service is known to the provider. */
  @WithAllOf('oidcDiscoveryUrl', 'oidcClientSecretFile') @IsString() @MinLength(1) oidcClientId?: string;
  /** A file with the client's secret. */
  @WithAllOf('oidcDiscoveryUrl', 'oidcClientId') @IsString() @MinLength(1) oidcClientSecretFile?: string;
  /** How long ago a sign-in may be where the policy asks for one: ISO 8601, at most twelve hours. */
  @ValidateBy({
    name: 'isRecency',
    validator: {
      validate: (value) => typeof value === 'string' && (durationMs(value) ?? Infinity) <= LONGEST_RECENCY_MS,
      defaultMessage: () => 'signInRecent must be an ISO 8601 duration of at most twelve hours, like PT1H',
    },
  })
  signInRecent: string = 'PT1H';
  /** Where it is told when approvals open, change and close, for a chat app; https, and at a public address. */
  @WithAllOf('approvalWebhookSecretFile')
  @IsUrl(
    { ...LOCAL_URL, protocols: ['https', 'http'] },
    { message: 'approvalWebhookUrl must be an https:// URL' },
  )
  approvalWebhookUrl?: string;
  /** A file with the secret by which webhooks are signed (`whsec_…`), or several, each on a line. */
  @WithAllOf('approvalWebhookUrl') @IsString() @MinLength(1) approvalWebhookSecretFile?: string;
  /** `true`: the webhook may be at an address that is not public, and without encryption. */
  @IsIn(['true', 'false'], { message: 'approvalWebhookPrivate must be true or false' })
  approvalWebhookPrivate: string = 'false';
  /**
   * From when on topics are read where the database turns out to be older than they are, after a backup was restored: ISO
   * 8601, UTC. Where it is not given: an hour before the newest thing that the database knows.
   */
  @IsOptional() @IsISO8601({ strict: true }) repairSince?: string;
}
