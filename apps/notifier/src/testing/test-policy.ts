import { type JsonObject } from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import { compile, type CompiledPolicy } from '@tollgate/policy';
import { type PolicySource } from '../approval/ruling-policy.js';

/** The issuer of the persons' identities in specs; the subject is the person id. */
export const TEST_ISSUER = 'https://issuer.example.test';

const ACTIVE = ['alice', 'bob', 'carol', 'dave', 'erin', 'grace', 'heidi'];

const GUARDRAILS: JsonObject[] = [
  {
    id: 'budget',
    kind: 'condition',
    forbid: 'has(parameters.amount) && parameters.amount > 1000.0',
    strength: 'overridable',
    overridableBy: ['bob', 'dave', 'erin', 'alice', 'frank'].map((person) => ({ person })),
    reason: 'It is over budget.',
  },
  { id: 'never', kind: 'blocked', actions: ['wipe'], reason: 'Never.' },
];

/** The policy and directory documents of specs, as policy.published carries them. */
export const testDocuments = (inactive: readonly string[] = ['frank']) => ({
  policy: {
    version: 1,
    matrix: [{ id: 'all', action: '*', riskLevel: '*', environment: '*', decide: { role: 'cto' } }],
    checkpoints: { default: { timeout: 'PT4H', onSilence: 'deny', reminders: [] } },
    guardrails: GUARDRAILS,
    releaseValidity: 'PT15M',
  },
  directory: {
    roles: ['cto'],
    groups: [],
    people: Object.fromEntries(
      [...new Set([...ACTIVE, ...inactive])].map((person) => [
        person,
        {
          active: !inactive.includes(person),
          identities: [{ issuer: TEST_ISSUER, subject: person }],
          roles: ['cto'],
        },
      ]),
    ),
  },
});

/** A policy that rules, without a topic: alice to heidi are active, frank is not. */
export class TestPolicy implements PolicySource {
  #revision = 1;
  #policy = compile({ revision: 1, ...testDocuments() });

  current(): { readonly revision: number; readonly policy: CompiledPolicy } {
    return { revision: this.#revision, policy: this.#policy };
  }

  async get(revision: number): Promise<CompiledPolicy> {
    if (revision > this.#revision)
      throw new PermanentError(`policy revision ${revision} is not on policy.published`);
    return this.#policy;
  }

  /** A new revision in which these persons are not active. */
  deactivate(...persons: string[]): void {
    this.#revision += 1;
    this.#policy = compile({ revision: this.#revision, ...testDocuments(['frank', ...persons]) });
  }
}
