/** The producer that the stack makes for the demo, and the person its key belongs to. */
export const DEMO_PRODUCER = { name: 'ci-bot', owner: 'alice' } as const;

const UNAUTHORIZED = 401;
const CONFLICT = 409;

function keyIn(text: string): string {
  const answer: unknown = JSON.parse(text);
  if (typeof answer === 'object' && answer !== null && 'key' in answer && typeof answer.key === 'string') {
    return answer.key;
  }
  throw new Error(`intake made a key for the producer ${DEMO_PRODUCER.name}, but its answer holds none.`);
}

/**
 * Makes sure that the demo's producer exists and that there is a key for it.
 *
 * @param intakeUrl where intake answers
 * @param operatorKey the operator's key at intake
 * @param storedKey the key that an earlier start has stored; kept as long as intake knows it
 * @returns an API key of the producer, which intake shows only once
 * @throws Error with intake's answer when it refuses
 */
export async function demoProducerKey(
  intakeUrl: string,
  operatorKey: string,
  storedKey: string | undefined,
): Promise<string> {
  const call = (path: string, key: string, body?: object) =>
    fetch(`${intakeUrl}/v1/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
  if (storedKey !== undefined) {
    const { status } = await call('requests?limit=1', storedKey);
    if (status !== UNAUTHORIZED) return storedKey;
  }
  const registered = await call('producers', operatorKey, DEMO_PRODUCER);
  // An earlier start registered it, and its key is lost.
  const answer =
    registered.status === CONFLICT
      ? await call(`producers/${DEMO_PRODUCER.name}/keys`, operatorKey, {})
      : registered;
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`intake made no key for the producer ${DEMO_PRODUCER.name}: ${answer.status} ${text}`);
  }
  return keyIn(text);
}
