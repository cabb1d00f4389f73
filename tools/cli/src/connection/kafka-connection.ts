import { type KafkaConnection } from '@tollgate/messaging';
import { type Settings } from '../cli.config.js';

/** How the command line reaches the broker. */
export const kafkaConnection = (settings: Settings): KafkaConnection => ({
  brokers: [...settings.brokers],
  clientId: 'tollgate-cli',
  ...(settings.kafkaTopicPrefix === undefined ? {} : { topicPrefix: settings.kafkaTopicPrefix }),
  ...(settings.kafkaUsername === undefined ? {} : { username: settings.kafkaUsername }),
  ...(settings.kafkaPassword === undefined ? {} : { password: settings.kafkaPassword }),
});
