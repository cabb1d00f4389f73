import { type KafkaConnection } from '../kafka-connection.js';
/** How far a consumer group is behind on a topic, in records. */
export interface GroupLag {
  readonly group: string;
  /** Logical name. */
  readonly topic: string;
  readonly lag: number;
}
export async function listLag(_options: { connection: KafkaConnection; groups: readonly string[] }): Promise<GroupLag[]> {
  throw new Error('not built yet');
}
