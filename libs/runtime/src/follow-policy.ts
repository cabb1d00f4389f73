import { type PolicyPublished } from '@tollgate/contracts';
import { PolicyRevisions } from './policy-revisions.js';
import { type ServiceParts } from './run-service.js';
import { type ServiceConfig } from './service-config.js';

/** What following the policy needs of the process that a service runs in. */
export type PolicyFollower = Pick<
  ServiceParts<ServiceConfig>,
  'connection' | 'lanes' | 'logger' | 'health' | 'onStop'
>;

/**
 * Reads every policy revision, and those to come for as long as the service runs: part of its health, and what is no
 * revision becomes one of its dead letters. Returns when the topic was read to its end once.
 * @param compile makes a revision usable. @throws any error: the revision is then of no use, and that is said
 */
export async function followPolicy<Compiled>(
  { connection, lanes, logger, health, onStop }: PolicyFollower,
  compile: (published: PolicyPublished) => Compiled,
): Promise<PolicyRevisions<Compiled>> {
  const revisions = new PolicyRevisions<Compiled>({
    connection,
    logger,
    compile,
    setAside: (record, reason) => lanes.setAside(record, reason),
  });
  onStop(() => revisions.stop());
  health.add('policy', () => revisions.health());
  await revisions.start();
  return revisions;
}
