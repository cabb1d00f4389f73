import { type KafkaConnection } from '@tollgate/messaging';
import { type Settings } from '../cli.config.js';

/** How the command line reaches the broker. */
export const kafkaConnection = (settings: Settings): KafkaConnection => ({
  brokers: [...settings.brokers],
  clientId: 'tollgate-cli',
  ...(settings.topicPrefix === undefined ? {} : { topicPrefix: settings.topicPrefix }),
  ...(settings.kafkaUsername === undefined ? {} : { username: settings.kafkaUsername }),
  ...(settings.kafkaPassword === undefined ? {} : { password: settings.kafkaPassword }),
});
