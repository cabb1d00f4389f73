import { type JsonObject } from '@tollgate/contracts';

/** A policy document: deploy_prod at low risk is for team leads, what is called routine for nobody. */
export const A_POLICY: JsonObject = {
  version: 1,
  matrix: [
    { id: 'prod', action: 'deploy_prod', riskLevel: 'low', environment: '*', decide: { role: 'team-lead' } },
    { id: 'routine', action: 'routine', riskLevel: '*', environment: '*', decide: 'automation' },
  ],
  checkpoints: { default: { timeout: 'PT4H', onSilence: 'deny' } },
  releaseValidity: 'PT15M',
};

/** A directory document with one team lead. */
export const A_DIRECTORY: JsonObject = {
  roles: ['team-lead'],
  groups: [],
  people: { alice: { active: true }, bob: { active: true, roles: ['team-lead'] } },
};
