import { type KafkaConnection, physicalName } from '../kafka-connection.js';
import { withAdmin } from './with-admin.js';

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
    const known = new Set((await admin.listGroups()).groups.map(({ groupId }) => groupId));
    const wanted = groups.map((group) => physicalName(connection, group)).filter((group) => known.has(group));
    if (wanted.length > 0) await admin.deleteGroups(wanted);
  });
}
