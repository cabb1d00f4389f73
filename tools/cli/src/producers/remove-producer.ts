import { type CommandContext } from '../command.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';

/**
 * `tollgate producers remove NAME`: ends all keys of a producer, its webhook, and its user at the broker. What it asked for stays,
 * and is decided as it would have been.
 */
export async function removeProducer(context: CommandContext, name: string): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    method: 'DELETE',
    url: `${settings.intakeUrl}/v1/producers/${encodeURIComponent(name)}`,
    key: required(settings, 'operatorKey'),
    signal: interrupted,
  });
  terminal.say(`Every key of ${name} has ended, and its webhook, if it had one.`);
  if (settings.kafkaAdmin === undefined) {
    terminal.say(
      'Its user at the broker, if it has one, stays: no administrator of the broker is known here.',
    );
  } else {
    // Loaded where it is needed: the client of the broker takes its time.
    await (await import('./kafka-user.js')).removeKafkaUser(context, name);
    terminal.say('Its user at the broker is gone.');
  }
  terminal.give(answer);
  return EXIT_CODE.done;
}
