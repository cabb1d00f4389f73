import 'reflect-metadata';
import { ServiceConfig } from '@tollgate/runtime';
import { IsEmail, IsInt, IsString, IsUrl, Matches, Max, Min, MinLength } from 'class-validator';

const POSTGRES_URL = /^postgres(ql)?:\/\/.+/;
const LOCAL_URL = { require_tld: false, require_protocol: true };

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
  /** Mails that go out per second at most; votes and decisions come first. */
  @IsInt() @Min(1) @Max(10_000) mailsPerSecond: number = 25;
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
}
