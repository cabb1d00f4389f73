import { type DynamicModule } from '@nestjs/common';
import { compile } from '@tollgate/policy';
import { followPolicy, type PolicyFollower, PolicyRevisions } from '@tollgate/runtime';
import { EvaluateGuardrailsHandler } from './evaluate-guardrails/evaluate-guardrails.handler.js';

class GuardrailModule {}

/** The gate: is it forbidden all the same? It keeps no state but the policy revisions that it has read. */
export async function guardrailModule(parts: PolicyFollower): Promise<DynamicModule> {
  const revisions = await followPolicy(parts, compile);
  return {
    module: GuardrailModule,
    controllers: [EvaluateGuardrailsHandler],
    providers: [{ provide: PolicyRevisions, useValue: revisions }],
  };
}
