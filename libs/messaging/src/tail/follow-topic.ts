import { type IncomingRecord } from '../incoming-record.js';
import { type KafkaConnection } from '../kafka-connection.js';
import { type LanesLogger } from '../lanes-logger.js';

export interface FollowTopicOptions {
  readonly connection: KafkaConnection;
  /** Logical name. */
  readonly topic: string;
  readonly onRecord: (record: IncomingRecord) => void | Promise<void>;
  readonly logger: LanesLogger;
  /** Told when `onRecord` threw; unless given, the error ends the process. */
  readonly onFatal?: (error: Error) => void;
}
export interface TopicTail {
  /** Resolves once every record that was there at the start has been given to `onRecord`. */
  readonly caughtUp: Promise<void>;
  /** Resolves once every record that is there now has been given to `onRecord`. */
  readToEnd(): Promise<void>;
  stop(): Promise<void>;
}
export async function followTopic(_options: FollowTopicOptions): Promise<TopicTail> {
  throw new Error('not built yet');
}
