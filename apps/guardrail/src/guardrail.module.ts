import { type DynamicModule } from '@nestjs/common';
import { compile } from '@tollgate/policy';
import { followPolicy, type PolicyFollower, PolicyRevisions, type ServiceParts } from '@tollgate/runtime';
import { DelegationsOfDecisions } from './evaluate-guardrails/delegations-of-decisions.js';
import { DistrustAlarm } from './evaluate-guardrails/distrust-alarm.js';
import { EvaluateGuardrailsHandler } from './evaluate-guardrails/evaluate-guardrails.handler.js';
import { type GuardrailConfig } from './guardrail.config.js';
import { KnownDelegations } from './follow-delegations/known-delegations.js';

class GuardrailModule {}

/** What the gate is built from. */
export type GuardrailParts = PolicyFollower & Pick<ServiceParts<GuardrailConfig>, 'metrics'>;

/**
 * The gate: is it forbidden all the same? It keeps no state but the policy revisions and delegations that it has read.
 * @param now milliseconds since 1970
 */
export async function guardrailModule(
  parts: GuardrailParts,
  now: () => number = Date.now,
): Promise<DynamicModule> {
  const { connection, logger, metrics, lanes, health, onStop } = parts;
  const delegations = new KnownDelegations({
    connection,
    logger,
    setAside: (record, reason) => lanes.setAside(record, reason),
  });
  onStop(() => delegations.stop());
  health.add('delegations', () => delegations.health());
  const [revisions] = await Promise.all([followPolicy(parts, compile), delegations.start()]);
  return {
    module: GuardrailModule,
    controllers: [EvaluateGuardrailsHandler],
    providers: [
      { provide: PolicyRevisions, useValue: revisions },
      { provide: DelegationsOfDecisions, useValue: new DelegationsOfDecisions(delegations, now) },
      { provide: DistrustAlarm, useValue: new DistrustAlarm(metrics, logger) },
    ],
  };
}
