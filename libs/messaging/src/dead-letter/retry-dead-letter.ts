import { type ServiceName } from '@tollgate/contracts';
import { type KafkaConnection } from '../kafka-connection.js';
import { type DeadLetter } from './dead-letter.js';
export async function retryDeadLetter(_options: {
  connection: KafkaConnection;
  service: ServiceName;
  place: string;
}): Promise<DeadLetter> {
  throw new Error('not built yet');
}
