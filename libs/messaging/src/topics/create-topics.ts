import { type TopicDefinition } from '@tollgate/contracts';
import { type KafkaConnection } from '../kafka-connection.js';

export interface CreateTopicsOptions {
  readonly connection: KafkaConnection;
  /** The number of partitions of the stage topics. */
  readonly lanes: number;
  /** All of Tollgate's topics unless told. */
  readonly definitions?: readonly TopicDefinition[];
}
export async function createTopics(_options: CreateTopicsOptions): Promise<string[]> {
  throw new Error('not built yet');
}
