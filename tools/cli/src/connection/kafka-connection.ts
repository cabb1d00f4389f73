import { readFileSync } from 'node:fs';
import { type KafkaConnection } from '@tollgate/messaging';
import { type Settings } from '../cli.config.js';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';
import { type KafkaCredential } from './credentials.js';

/** The reader's name in the groups by which operators read topics; the broker lets them in these alone. */
const CLIENT = 'operators';

function tlsOf({ kafkaTls }: Settings): Pick<KafkaConnection, 'tls'> {
  if (kafkaTls === undefined) return {};
  const { caFile } = kafkaTls;
  if (caFile === undefined) return { tls: {} };
  try {
    return { tls: { ca: readFileSync(caFile, 'utf8') } };
  } catch (error) {
    throw new CommandError(
      `${caFile}, which vouches for the broker, cannot be read`,
      EXIT_CODE.usage,
      undefined,
      {
        cause: error,
      },
    );
  }
}

const connectionAs = (settings: Settings, credential: KafkaCredential | undefined): KafkaConnection => ({
  brokers: [...settings.brokers],
  clientId: CLIENT,
  ...(settings.topicPrefix === undefined ? {} : { topicPrefix: settings.topicPrefix }),
  ...credential,
  ...tlsOf(settings),
});

/**
 * How the command line reaches the broker.
 * @throws CommandError where a file that the settings name cannot be read
 */
export const kafkaConnection = (settings: Settings): KafkaConnection =>
  connectionAs(settings, settings.kafka);

/**
 * How it reaches the broker for what only an administrator may do; as everybody where the broker has no users.
 * @throws as `kafkaConnection`
 */
export const kafkaAdminConnection = (settings: Settings): KafkaConnection =>
  connectionAs(settings, settings.kafkaAdmin ?? settings.kafka);
