import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { type KafkaConnection, physicalName } from '../kafka-connection.js';
import { withAdmin } from './with-admin.js';

/** A broker that has just started knows its groups only after a moment. */
const AGAIN_MS = 200;
const GIVE_UP_MS = 30_000;
const KNOWS_NOT_YET = [
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
];

const isOfType = (error: unknown, type: string): boolean =>
  error instanceof kafkajs.KafkaJSProtocolError && error.type === type;

/** @returns false while the broker does not know yet whether there is such a group */
async function forget(admin: Admin, groupId: string): Promise<boolean> {
  try {
    await admin.deleteGroups([groupId]);
    return true;
  } catch (error) {
    const why = error instanceof kafkajs.KafkaJSDeleteGroupsError ? error.groups[0]?.error : error;
    if (isOfType(why, 'GROUP_ID_NOT_FOUND')) return true;
    if (KNOWS_NOT_YET.some((type) => isOfType(why, type))) return false;
    throw why ?? error;
  }
}

/**
 * Sets consumer groups back to the beginning of every topic, so that their services read all history again. Their
 * positions are forgotten, and a lane without one begins at the first record.
 * @param groups logical names, i.e. names of services, which must be stopped; one that never ran is no fault
 * @throws an error of the client when a group still has members, or the broker does not answer
 */
export function resetGroups({
  connection,
  groups,
}: {
  readonly connection: KafkaConnection;
  readonly groups: readonly string[];
}): Promise<void> {
  return withAdmin(connection, async (admin) => {
    const deadline = performance.now() + GIVE_UP_MS;
    for (const group of groups) {
      while (!(await forget(admin, physicalName(connection, group)))) {
        if (performance.now() > deadline)
          throw new Error(`the broker does not say whether ${group} is a group`);
        await pause(AGAIN_MS);
      }
    }
  });
}
