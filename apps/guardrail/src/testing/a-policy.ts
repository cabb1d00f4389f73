import { type JsonObject } from '@tollgate/contracts';

/** A policy document with one guardrail: only the region us-east. */
export const A_POLICY: JsonObject = {
  version: 1,
  matrix: [
    { id: 'prod', action: 'deploy_prod', riskLevel: 'low', environment: '*', decide: { role: 'team-lead' } },
  ],
  checkpoints: { default: { timeout: 'PT4H', onSilence: 'deny' } },
  guardrails: [
    {
      id: 'regions',
      kind: 'allowed',
      field: 'target.region',
      values: ['us-east'],
      // People are asked all the same, so that the gate has something to say.
      preflight: 'warn',
      reason: 'Other regions are off limits.',
    },
  ],
  releaseValidity: 'PT15M',
};

/** A directory document with one team lead. */
export const A_DIRECTORY: JsonObject = {
  roles: ['team-lead'],
  groups: [],
  people: { alice: { active: true }, bob: { active: true, roles: ['team-lead'] } },
};
