import { type Provider, type Type } from '@nestjs/common';
import { type LanesLogger } from '@tollgate/messaging';
import { durationMs } from '@tollgate/policy';
import { type DataSource } from 'typeorm';
import { type PolicySource } from '../approval/ruling-policy.js';
import { readClientSecret } from '../notifier-files.js';
import { type NotifierConfig } from '../notifier.config.js';
import { type CastVotes } from '../cast-vote/cast-votes.js';
import { type PageAsset } from '@tollgate/pages';
import { PASSKEY_SCRIPT } from '../passkeys/passkey-pages.js';
import { PasskeyVotes, type PasskeyVotesParts } from '../passkeys/passkey-votes.js';
import { PasskeysController, PasskeySettings } from '../passkeys/passkeys.controller.js';
import { Passkeys } from '../passkeys/passkeys.js';
import { ReviewGate } from './review-gate.js';
import { Cleaning } from './cleaning.js';
import { OpenIdSignIn } from './openid-sign-in.js';
import { Sessions } from './sessions.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignInController, SignInSettings } from './sign-in.controller.js';

/** The path at which the provider gives people back. */
export const RETURN_PATH = '/sign-in/return';

/** What signing in is made from. */
export interface SignInSurroundings {
  readonly config: NotifierConfig;
  readonly dataSource: DataSource;
  readonly policy: PolicySource;
  readonly logger: LanesLogger;
  readonly castVotes: CastVotes;
  readonly texts: PasskeyVotesParts['texts'];
}

/** How long ago a recent sign-in may be, in milliseconds. */
export const recentMsOf = ({ signInRecent }: Pick<NotifierConfig, 'signInRecent'>): number =>
  durationMs(signInRecent) ?? 0;

function providerOf(config: NotifierConfig): OpenIdSignIn | undefined {
  const { oidcDiscoveryUrl, oidcClientId, oidcClientSecretFile, approverIssuer, publicUrl } = config;
  if (oidcDiscoveryUrl === undefined || oidcClientId === undefined || oidcClientSecretFile === undefined)
    return undefined;
  return new OpenIdSignIn({
    discoveryUrl: oidcDiscoveryUrl,
    issuer: approverIssuer,
    clientId: oidcClientId,
    clientSecret: readClientSecret(oidcClientSecretFile),
    returnUrl: `${new URL(publicUrl).origin}${RETURN_PATH}`,
    now: Date.now,
  });
}

/** The parts of signing in, for the composition root. */
export function signInParts({ config, dataSource, policy, logger, castVotes, texts }: SignInSurroundings): {
  readonly sessions: Sessions;
  readonly cleaning: Cleaning;
  readonly controllers: Type[];
  readonly assets: readonly PageAsset[];
  readonly providers: Provider[];
} {
  const { origin } = new URL(config.publicUrl);
  const sessions = new Sessions(dataSource, policy, origin);
  const attempts = new SignInAttempts(dataSource, origin);
  const recentMs = recentMsOf(config);
  const passkeys = new Passkeys(dataSource, origin);
  const passkeyVotes = new PasskeyVotes({ dataSource, passkeys, castVotes, texts, now: Date.now });
  const passkeySettings: PasskeySettings = { dataSource, origin, recentMs, logger, now: Date.now };
  const settings: SignInSettings = {
    provider: providerOf(config),
    policy,
    origin,
    recentMs,
    logger,
  };
  return {
    sessions,
    cleaning: new Cleaning([sessions, attempts, passkeys], logger),
    controllers: [SignInController, PasskeysController],
    assets: [PASSKEY_SCRIPT],
    providers: [
      { provide: Sessions, useValue: sessions },
      { provide: SignInAttempts, useValue: attempts },
      { provide: SignInSettings, useValue: settings },
      { provide: ReviewGate, useValue: new ReviewGate({ sessions, recentMs, logger }) },
      { provide: Passkeys, useValue: passkeys },
      { provide: PasskeyVotes, useValue: passkeyVotes },
      { provide: PasskeySettings, useValue: passkeySettings },
    ],
  };
}
