import { type Admin } from 'kafkajs';
import { type KafkaConnection, physicalName } from '../kafka-connection.js';
import { groupErrorOf, isOfType, onceGroupIsKnown } from './once-group-is-known.js';
import { withAdmin } from './with-admin.js';

async function forget(admin: Admin, groupId: string): Promise<void> {
  try {
    await admin.deleteGroups([groupId]);
  } catch (error) {
    if (!isOfType(groupErrorOf(error), 'GROUP_ID_NOT_FOUND')) throw error;
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
    for (const group of groups)
      await onceGroupIsKnown(group, () => forget(admin, physicalName(connection, group)));
  });
}
