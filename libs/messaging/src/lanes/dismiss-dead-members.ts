import { setTimeout } from 'node:timers/promises';
import { type Cluster } from 'kafkajs';
import { type LanesLogger } from '../lanes-logger.js';
import { reasonOf } from './failure-of.js';
import { isBrokerAway } from './is-broker-away.js';
import { isOfDeadProcess, isRunning, processSpace } from './member-name.js';

/** What a coordinator of kafkajs can do beyond what its types say. */
interface Coordinator {
  describeGroups(request: {
    groupIds: string[];
  }): Promise<{ groups: { members: { memberId: string; clientId: string }[] }[] }>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
}

const isCoordinator = (broker: unknown): broker is Coordinator =>
  broker !== null &&
  typeof broker === 'object' &&
  'describeGroups' in broker &&
  typeof broker.describeGroups === 'function' &&
  'leaveGroup' in broker &&
  typeof broker.leaveGroup === 'function';

/** What `dismissDeadMembers` is asked. */
export interface Dismissal {
  readonly cluster: Cluster;
  /** Physical name. */
  readonly groupId: string;
  /** Members that the caller itself has been, and is no more. */
  readonly former: ReadonlySet<string>;
  readonly logger: LanesLogger;
}

/** A coordinator that has just started needs a moment to know its groups. */
const TRIES = 10;
const TRY_AGAIN_MS = 100;

/**
 * Takes leave of a group on behalf of members that are gone without: those whose process, on this machine, was killed,
 * and those that the caller itself was before its connection broke. Otherwise the broker waits for them until their
 * session is over, and whoever comes in their place waits too: six seconds at least. Where it does not work, that is
 * what happens.
 */
export async function dismissDeadMembers(dismissal: Dismissal): Promise<void> {
  const { groupId, logger } = dismissal;
  for (let tries = 1; ; tries++) {
    try {
      return await dismissOnce(dismissal);
    } catch (error) {
      if (tries < TRIES && isBrokerAway(error)) {
        await setTimeout(TRY_AGAIN_MS);
        continue;
      }
      return logger.debug(
        { group: groupId, reason: reasonOf(error) },
        'dead members are left to their session timeout',
      );
    }
  }
}

async function dismissOnce({ cluster, groupId, former, logger }: Dismissal): Promise<void> {
  const coordinator: unknown = await cluster.findGroupCoordinator({ groupId });
  if (!isCoordinator(coordinator)) return;
  const { groups } = await coordinator.describeGroups({ groupIds: [groupId] });
  const space = processSpace();
  for (const { memberId, clientId } of groups.flatMap(({ members }) => members)) {
    if (!former.has(memberId) && !isOfDeadProcess(clientId, space, isRunning)) continue;
    await coordinator.leaveGroup({ groupId, memberId });
    logger.info({ group: groupId, member: clientId }, 'a member that is gone was taken out of the group');
  }
}
