import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { onceItPasses } from '@tollgate/persistence';
import { type KafkaConnection } from '../kafka-connection.js';
import { isBrokerAway } from '../lanes/is-broker-away.js';

const STEP_MS = 100;
const CONNECT_TIMEOUT_MS = 1_000;

const listens = (broker: string): Promise<boolean> =>
  new Promise((resolve) => {
    const colon = broker.lastIndexOf(':');
    const socket = connect({ host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)) });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, end(false));
    socket.once('connect', end(true));
    socket.once('error', end(false));
  });

/**
 * Does the first thing with a broker as soon as that answers: for a program that is started together with it.
 * @param work is done again while the broker is away or still starting
 * @param limitMs how long to wait at most, in milliseconds
 * @returns what `work` returned
 * @throws what `work` threw last when the time is up; what does not pass by itself, at once
 */
export async function onceBrokerAnswers<T>(
  connection: KafkaConnection,
  work: () => Promise<T>,
  limitMs: number,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  // Its client would wait longer each time it is refused.
  while (performance.now() < deadline && !(await Promise.all(connection.brokers.map(listens))).includes(true))
    await setTimeout(STEP_MS);
  return onceItPasses(work, isBrokerAway, { stepMs: STEP_MS, limitMs: deadline - performance.now() });
}
