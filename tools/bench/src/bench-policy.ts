import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Where the bench's policy documents lie. */
export interface BenchPolicyFiles {
  readonly policyFile: string;
  readonly directoryFile: string;
  readonly contactsFile: string;
}

const ISSUER = 'https://tollgate.local/development';

/** The person id of a decider, 0 to `deciders` - 1. */
export const deciderName = (index: number): string => `decider-${String(index).padStart(2, '0')}`;
/** The environment whose requests go to that decider alone. */
export const environmentOf = (index: number): string => `env-${String(index).padStart(2, '0')}`;

/**
 * Writes a policy in which every environment has one decider of its own, as a company has a team for each: the
 * approval workload. `deploy_ci` is decided by automation. The guardrails are those of the demo.
 */
export function writeBenchPolicy(folder: string, deciders: number): BenchPolicyFiles {
  mkdirSync(folder, { recursive: true });
  const indexes = Array.from({ length: deciders }, (_, index) => index);
  const policy = {
    version: 1,
    releaseValidity: 'PT15M',
    checkpoints: { default: { timeout: 'PT4H', onSilence: 'deny', reminders: [] } },
    matrix: [
      { action: 'deploy_ci', riskLevel: ['low', 'medium'], environment: '*', decide: 'automation' },
      ...indexes.map((index) => ({
        action: 'deploy_prod',
        riskLevel: '*',
        environment: environmentOf(index),
        decide: { role: `lead-${index}` },
      })),
    ],
    guardrails: [
      {
        id: 'allowed-regions',
        kind: 'allowed',
        field: 'target.region',
        values: ['us-east', 'eu-west'],
        reason: 'Only us-east and eu-west are open.',
      },
      {
        id: 'blocked-actions',
        kind: 'blocked',
        actions: ['delete_prod_database'],
        reason: 'Nobody deletes the production database.',
      },
    ],
  };
  const directory = {
    roles: ['developer', ...indexes.map((index) => `lead-${index}`)],
    groups: [],
    people: {
      alice: { active: true, identities: [{ issuer: ISSUER, subject: 'alice' }], roles: ['developer'] },
      ...Object.fromEntries(
        indexes.map((index) => [
          deciderName(index),
          {
            active: true,
            identities: [{ issuer: ISSUER, subject: deciderName(index) }],
            roles: [`lead-${index}`],
          },
        ]),
      ),
    },
  };
  const contacts = {
    contacts: Object.fromEntries(
      indexes.map((index) => [
        deciderName(index),
        { name: `Decider ${index}`, email: `${deciderName(index)}@example.test`, zone: 'Europe/Berlin' },
      ]),
    ),
  };
  const write = (name: string, document: unknown): string => {
    const file = join(folder, name);
    writeFileSync(file, stringify(document));
    return file;
  };
  return {
    policyFile: write('policy.yaml', policy),
    directoryFile: write('directory.yaml', directory),
    contactsFile: write('contacts.yaml', contacts),
  };
}
