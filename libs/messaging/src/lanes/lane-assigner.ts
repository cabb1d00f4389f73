import kafkajs, { type Assignment, type Cluster, type PartitionAssigner } from 'kafkajs';

const NAME = 'TollgateLanes';
const VERSION = 0;

/** Who reads what: for each member, the partitions of each topic. */
export type LaneShares = ReadonlyMap<string, Assignment>;

/**
 * Shares lanes among members so that one member has the same lane of every topic, and each about as many lanes.
 * @param lanesOf the number of partitions of each topic
 */
export function shareLanes(members: readonly string[], lanesOf: ReadonlyMap<string, number>): LaneShares {
  const sorted = members.toSorted();
  const shares = new Map<string, Assignment>(sorted.map((member) => [member, {}]));
  for (const [topic, lanes] of lanesOf) {
    for (let lane = 0; lane < lanes; lane++) {
      const share = shares.get(sorted[lane % sorted.length] ?? '');
      if (share !== undefined) (share[topic] ??= []).push(lane);
    }
  }
  return shares;
}

/**
 * The partition assigner of all consumers here.
 * @param onCluster told the cluster that the consumer speaks to, which kafkajs shows to nobody else
 */
export const laneAssigner =
  (onCluster: (cluster: Cluster) => void): PartitionAssigner =>
  ({ cluster }) => {
    onCluster(cluster);
    return {
      name: NAME,
      version: VERSION,
      assign: async ({ members, topics }) => {
        const lanesOf = new Map(
          topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]),
        );
        const shares = shareLanes(
          members.map(({ memberId }) => memberId),
          lanesOf,
        );
        return [...shares].map(([memberId, assignment]) => ({
          memberId,
          memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
            version: VERSION,
            assignment,
            userData: Buffer.alloc(0),
          }),
        }));
      },
      protocol: ({ topics }) => ({
        name: NAME,
        metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({
          version: VERSION,
          topics,
          userData: Buffer.alloc(0),
        }),
      }),
    };
  };
