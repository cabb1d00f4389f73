/** The producer that the stack makes for the demo, and the person its key belongs to. */
export const DEMO_PRODUCER = { name: 'ci-bot', owner: 'alice' } as const;

/**
 * Registers the demo's producer with intake.
 *
 * @returns its API key, which intake shows this once
 * @throws Error with intake's answer when it refuses
 */
export async function addDemoProducer(intakeUrl: string, operatorKey: string): Promise<string> {
  const response = await fetch(`${intakeUrl}/v1/producers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(DEMO_PRODUCER),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`intake did not add the producer ${DEMO_PRODUCER.name}: ${response.status} ${text}`);
  const answer: unknown = JSON.parse(text);
  if (typeof answer === 'object' && answer !== null && 'key' in answer && typeof answer.key === 'string') {
    return answer.key;
  }
  throw new Error(`intake added the producer ${DEMO_PRODUCER.name}, but its answer holds no key.`);
}
