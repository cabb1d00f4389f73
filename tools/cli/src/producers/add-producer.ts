import { type CommandContext } from '../command.js';
import { answerText } from '../connection/answer-text.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';

/**
 * `tollgate producers add NAME --owner PERSON`: registers a producer with an inbound topic of its own, and a user at the
 * broker who may write there; shows its API key and that user's password, this once.
 */
export async function addProducer(context: CommandContext, name: string, owner: string): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/producers`,
    key: required(settings, 'operatorKey'),
    body: { name, owner },
    signal: interrupted,
  });
  const key = answerText(answer, 'key');
  terminal.say(`Producer ${name} is registered; ${owner} answers for it and never decides on its requests.`);
  terminal.say(`  topic  ${answerText(answer, 'topic')}`);
  terminal.say(`  key    ${terminal.paint('bold', key)}`);
  const kafka = settings.kafkaAdmin === undefined ? undefined : await kafkaUser(context, name, answer);
  if (kafka !== undefined) kafka.show();
  terminal.say(
    kafka === undefined
      ? 'Keep the key now: it is stored as a hash only and cannot be shown again.'
      : 'Keep key and password now: neither can be shown again.',
  );
  terminal.give(kafka === undefined ? answer : { ...asObject(answer), kafka: kafka.user });
  return EXIT_CODE.done;
}

const asObject = (answer: unknown): object => (typeof answer === 'object' && answer !== null ? answer : {});

/** Without the user the producer has its key all the same, and may ask by HTTP. */
async function kafkaUser(context: CommandContext, name: string, answer: unknown) {
  // Loaded where it is needed: the client of the broker takes its time.
  const { makeKafkaUser, sayKafkaUser } = await import('./kafka-user.js');
  try {
    const user = await makeKafkaUser(context, name);
    return { user, show: () => sayKafkaUser(context, user) };
  } catch (error) {
    context.terminal.give(answer);
    context.terminal.warn(
      `The producer is registered, but has no user at the broker yet: run \`tollgate producers kafka-user ${name}\`.`,
    );
    throw error;
  }
}
