import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES, type ServiceName, TOPICS } from '@tollgate/contracts';
import { waitUntil, workspaceFolder } from '@tollgate/servers';
import { statusOf, submit } from './system/intake-client.js';
import { ledgerHas, type LedgerRecord } from './system/ledger-client.js';
import { writeRecords } from './system/producer-on-kafka.js';
import { type RunningSystem, startSystem } from './system/running-system.js';

/** Who reads a topic as events, and so must put what is none aside. */
const READERS: Readonly<Record<string, readonly ServiceName[]>> = {
  'request.submitted': ['router'],
  'route.resolved': ['intake', 'notifier'],
  'request.withdrawn': ['notifier'],
  'decision.made': ['guardrail'],
  'guardrail.evaluated': ['intake'],
  'policy.published': ['intake', 'router', 'notifier', 'guardrail'],
};
/** Bytes that are neither JSON nor text. */
const POISON = Buffer.from([0x7b, 0x22, 0xff, 0x00, 0xfe]);

interface ListedLetter {
  readonly service: string;
  readonly place: string;
  readonly reason: string;
  readonly state: string;
  readonly origin: { readonly topic: string; readonly key: string; readonly valueBase64: string | null };
}

const example = (): unknown =>
  JSON.parse(readFileSync(join(workspaceFolder(), 'examples', 'deploy-ci.json'), 'utf8'));

let system: RunningSystem;
const keys = new Map(TOPICS.map(({ name }) => [name, randomUUID()]));
let pids: (number | undefined)[];

const letters = async (): Promise<ListedLetter[]> => {
  const { code, out, err } = await system.tollgate('dead-letters', 'list', '--json');
  if (code !== 0) throw new Error(err);
  return (JSON.parse(out) as { deadLetters: ListedLetter[] }).deadLetters;
};

beforeAll(async () => {
  system = await startSystem();
  pids = SERVICES.map((service) => system.stack.pid(service));
  await writeRecords(
    system.stack,
    [...keys].map(([topic, key]) => ({ topic, key, value: POISON, headers: { trace: 'kept' } })),
  );
}, 120_000);
afterAll(() => system?.stop(), 60_000);

describe('a poison record on every topic', () => {
  it('goes to the dead letters of each service that reads the topic, with the reason and its bytes', async () => {
    const wanted = Object.entries(READERS).flatMap(([topic, services]) =>
      services.map((service) => ({ topic, service })),
    );
    let found: ListedLetter[] = [];
    await waitUntil(
      'every reader has put it aside',
      async () => {
        found = await letters();
        return wanted.every(({ topic, service }) =>
          found.some((letter) => letter.service === service && letter.origin.topic === topic),
        );
      },
      60_000,
    );
    for (const { topic, service } of wanted) {
      const [letter, second] = found.filter((one) => one.service === service && one.origin.topic === topic);
      expect(second).toBeUndefined();
      expect(letter?.origin).toMatchObject({
        key: keys.get(topic),
        valueBase64: POISON.toString('base64'),
        headers: { trace: 'kept' },
      });
      expect(letter).toMatchObject({ state: 'open' });
      expect(letter?.reason).toMatch(/JSON/);
    }
  }, 90_000);

  it('is shown by its place with reason and bytes', async () => {
    const [letter] = (await letters()).filter(({ service }) => service === 'router');
    const { code, out } = await system.tollgate(
      'dead-letters',
      'show',
      `${letter?.service}/${letter?.place}`,
    );
    expect(code).toBe(0);
    expect(out).toContain(letter?.reason);
    expect(out).toContain('7b 22 ff 00 fe');
  }, 30_000);

  it('the road goes on', async () => {
    const { body } = await submit(system.stack, example());
    expect((await statusOf(system.stack, body.id, 30)).status).toBe('released');
  }, 60_000);

  it('no service fell over it', async () => {
    expect(SERVICES.map((service) => system.stack.pid(service))).toEqual(pids);
    // A service may be without its lanes for a moment, while its group gathers anew.
    const notReady = async (): Promise<string[]> => {
      const answers = await Promise.all(
        SERVICES.map(async (service) => {
          const answer = await fetch(`${system.stack.urls[service]}/health/ready`);
          return answer.status === 200 ? [] : [`${service}: ${await answer.text()}`];
        }),
      );
      return answers.flat();
    };
    await waitUntil('every service is ready', async () => (await notReady()).length === 0, 30_000).catch(
      () => undefined,
    );
    expect(await notReady()).toEqual([]);
  }, 60_000);

  it('the ledger has each of them, as something that cannot be read', async () => {
    for (const [topic, key] of keys) {
      // What claims to be a dead letter and does not say of which topic may come from outside the door.
      const isLetter = /\.(dead-letter|retry)$/.test(topic);
      const isPoison = ({ key: found, reading }: LedgerRecord): boolean =>
        isLetter ? reading === 'withheld' : found === key;
      const records = await ledgerHas(system.stack, `the poison on ${topic}`, { topic }, (found) =>
        found.some(isPoison),
      );
      const poison = records.filter(isPoison);
      expect([topic, poison.map(({ reading }) => reading)]).toEqual([
        topic,
        [isLetter ? 'withheld' : 'unreadable'],
      ]);
    }
  }, 60_000);

  it('the doctor shows it, and says so by its exit code', async () => {
    const { code, out } = await system.tollgate('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/ill\s+dead letters\s+\d+ open/);
    expect(out).toMatch(/router\/request\.submitted-\d+-\d+: /);
  }, 30_000);

  it('does not keep a service from starting again', async () => {
    for (const service of SERVICES) await system.stack.restart(service);
    const { body } = await submit(system.stack, example());
    expect((await statusOf(system.stack, body.id, 30)).status).toBe('released');
  }, 90_000);
});

describe('a record without a value on a stage topic', () => {
  it('is poison as well', async () => {
    const key = randomUUID();
    await writeRecords(system.stack, [{ topic: 'decision.made', key, value: null }]);
    await waitUntil(
      'it is put aside',
      async () => (await letters()).some((letter) => letter.origin.key === key),
      30_000,
    );
    const letter = (await letters()).find((one) => one.origin.key === key);
    expect(letter).toMatchObject({ service: 'guardrail', origin: { valueBase64: null } });
  }, 60_000);
});
