import { type DynamicModule } from '@nestjs/common';
import { compile, type CompiledPolicy } from '@tollgate/policy';
import { PolicyRevisions, type ServiceParts } from '@tollgate/runtime';
import { EvaluateGuardrailsHandler } from './evaluate-guardrails/evaluate-guardrails.handler.js';
import { type GuardrailConfig } from './guardrail.config.js';

class GuardrailModule {}

/** What the guardrail needs of the process that it runs in. */
export type GuardrailParts = Pick<
  ServiceParts<GuardrailConfig>,
  'connection' | 'lanes' | 'logger' | 'health' | 'onStop'
>;

/** The gate: is it forbidden all the same? It keeps no state but the policy revisions that it has read. */
export async function guardrailModule({
  connection,
  lanes,
  logger,
  health,
  onStop,
}: GuardrailParts): Promise<DynamicModule> {
  const revisions = new PolicyRevisions<CompiledPolicy>({
    connection,
    logger,
    compile,
    setAside: (record, reason) => lanes.setAside(record, reason),
  });
  onStop(() => revisions.stop());
  health.add('policy', () => revisions.health());
  await revisions.start();
  return {
    module: GuardrailModule,
    controllers: [EvaluateGuardrailsHandler],
    providers: [{ provide: PolicyRevisions, useValue: revisions }],
  };
}
