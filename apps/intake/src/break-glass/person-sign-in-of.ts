import { readFileSync } from 'node:fs';
import { durationMs } from '@tollgate/policy';
import { ApproverTokens } from '@tollgate/runtime';
import { type JSONWebKeySet } from 'jose';
import { type IntakeConfig } from '../intake.config.js';
import { type RulingPolicy } from '../publish-policy/ruling-policy.js';
import { PersonSignIn } from './person-sign-in.js';

function tokensOf(
  { approverIssuer: issuer, approverAudience: audience, approverJwksFile: file }: IntakeConfig,
  now: () => number,
): ApproverTokens | undefined {
  if (issuer === undefined || audience === undefined || file === undefined) return undefined;
  const keys: JSONWebKeySet = JSON.parse(readFileSync(file, 'utf8'));
  return new ApproverTokens({ issuer, audience, keys, now });
}

/** How persons sign in at intake, by its settings. */
export const personSignInOf = (config: IntakeConfig, policy: RulingPolicy, now: () => number): PersonSignIn =>
  new PersonSignIn({
    tokens: tokensOf(config, now),
    policy,
    recentMs: durationMs(config.signInRecent ?? 'PT1H') ?? 0,
    now,
  });
