import { type ServiceName } from '@tollgate/contracts';
import { type KafkaConnection } from '../kafka-connection.js';
import { type DeadLetter } from './dead-letter.js';
export async function listDeadLetters(_options: { connection: KafkaConnection; service?: ServiceName }): Promise<DeadLetter[]> {
  throw new Error('not built yet');
}
