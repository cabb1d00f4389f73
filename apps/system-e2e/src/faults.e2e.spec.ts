import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@tollgate/contracts';
import { waitUntil } from '@tollgate/servers';
import { mails, messageIdOf } from './approver/mailbox.js';
import { ledgerRecords } from './system/ledger-client.js';
import { type RunningSystem, startSystem } from './system/running-system.js';
import { alarms, faultsOnRecord, roadOnRecord, statusesOf, wrongStatuses } from './traffic/check-outcomes.js';
import { decideAll, submitAll } from './traffic/drive.js';
import { type MixedRequest, mixedRequests } from './traffic/mixed-request.js';

const REQUESTS = 2_000;
/** Of each portion, this many are accepted before its fault strikes: the others are on their way or still to come. */
const BEFORE_THE_FAULT = 60;
const SETTLED_WITHIN_MS = 120_000;

let system: RunningSystem;
beforeAll(async () => {
  // Two people vote thousands of times, and their mails are looked at one by one.
  system = await startSystem({
    environment: { notifier: { MAILS_PER_PERSON_PER_HOUR: '0', VOTES_PER_MINUTE: '0' } },
  });
}, 120_000);
afterAll(() => system?.stop(), 60_000);

/** Kills one part the hard way, and returns when it works again. */
const FAULTS: readonly (readonly [name: string, strike: () => Promise<void>])[] = [
  ...SERVICES.map(
    (service) =>
      [
        `${service} is killed`,
        async () => {
          const before = system.stack.pid(service);
          await system.stack.kill(service, 'SIGKILL');
          await system.stack.ready(service);
          if (system.stack.pid(service) === before) throw new Error(`${service} was not killed`);
        },
      ] as const,
  ),
  [
    'the broker is killed',
    async () => {
      await system.stack.killBroker();
      await system.stack.startBroker();
    },
  ],
];

const requests = mixedRequests('faults', REQUESTS);
const portions = FAULTS.map((fault, index) => {
  const size = Math.ceil(REQUESTS / FAULTS.length);
  return { fault, portion: requests.slice(index * size, (index + 1) * size) };
});
/** These are decided only after their mails have come, so that mails are sent through every fault. */
const waitsForMail = ({ outcome }: MixedRequest): boolean => outcome === 'blocked';

async function strikeWhileTravelling(
  portion: readonly MixedRequest[],
  strike: () => Promise<void>,
): Promise<void> {
  let accepted = 0;
  const travelling = submitAll(system.stack, portion, () => (accepted += 1));
  await Promise.race([
    travelling,
    waitUntil('requests are on their way', () => accepted >= BEFORE_THE_FAULT, 60_000),
  ]);
  await strike();
  await travelling;
}

describe(`${REQUESTS} requests travel while every part is killed once`, () => {
  beforeAll(async () => {
    const deciding = decideAll(
      system.stack,
      'bob',
      requests.filter((request) => !waitsForMail(request)),
    );
    for (const { fault, portion } of portions) await strikeWhileTravelling(portion, fault[1]);
    await deciding;
    await waitUntil(
      'everybody who is asked has mail',
      async () => {
        const ids = (await mails(system.stack)).map((mail) => `${mail.to[0]?.address} ${messageIdOf(mail)}`);
        return requests
          .filter(waitsForMail)
          .every(({ id }) =>
            ['bob', 'dave'].every((person) =>
              ids.some((text) => text.startsWith(`${person}@`) && text.includes(id)),
            ),
          );
      },
      SETTLED_WITHIN_MS,
    );
    await decideAll(system.stack, 'dave', requests.filter(waitsForMail));
  }, 400_000);

  it('each reaches its one right outcome on record, and is released once', async () => {
    const road = await roadOnRecord(system.stack, requests, SETTLED_WITHIN_MS);
    expect(faultsOnRecord(road, requests)).toEqual([]);
    for (const [topic, stage] of road) {
      const strangers = [...stage.keys()].filter((id) => !requests.some((request) => request.id === id));
      expect([topic, strangers]).toEqual([topic, []]);
    }
  }, 200_000);

  it('each has the outcome that its producer must see', async () => {
    await waitUntil(
      'no request is pending',
      async () => wrongStatuses(await statusesOf(system.stack), requests).length === 0,
      SETTLED_WITHIN_MS,
    ).catch(() => undefined);
    expect(wrongStatuses(await statusesOf(system.stack), requests)).toEqual([]);
  }, 200_000);

  it('one mail by Message-ID to each person who was asked, none to anybody else', async () => {
    const all = (await mails(system.stack)).map((mail) => ({
      to: mail.to.map(({ address }) => address).join(),
      messageId: messageIdOf(mail),
    }));
    // The owner of the machine that asks hears what was decided.
    expect(
      new Set(all.filter(({ messageId }) => messageId.includes('.result.')).map(({ to }) => to)),
    ).toEqual(new Set(['alice@example.test']));
    const sent = all.filter(({ messageId }) => messageId.includes('.asked.'));
    const byMessageId = Map.groupBy(all, ({ messageId }) => messageId);
    const asked = new Map(
      requests.filter(({ verdict }) => verdict !== undefined).map((request) => [request.id, request]),
    );
    const perAsk = new Map<string, Set<string>>();
    for (const { to, messageId } of sent) {
      const id = [...asked.keys()].find((candidate) => messageId.includes(candidate));
      expect([messageId, id === undefined]).toEqual([messageId, false]);
      const ask = `${id} ${to}`;
      perAsk.set(ask, (perAsk.get(ask) ?? new Set()).add(messageId));
    }
    expect([...perAsk].filter(([, messageIds]) => messageIds.size !== 1)).toEqual([]);
    // A crash between a mail and its record sends it once more, under the same Message-ID.
    expect(
      [...byMessageId].filter(([, copies]) => copies.length > 2).map(([messageId]) => messageId),
    ).toEqual([]);
    expect(new Set(sent.map(({ to }) => to))).toEqual(new Set(['bob@example.test', 'dave@example.test']));
    const onRecord = await ledgerRecords(system.stack, { topic: 'approver.notified' });
    expect(onRecord.length).toBeGreaterThanOrEqual(requests.filter(waitsForMail).length * 2);
  }, 120_000);

  it('nothing diverged, nothing is missing in the ledger, nothing stands still', async () => {
    expect(await alarms(system.stack)).toEqual([]);
    const { out } = await system.tollgate('doctor', '--json');
    const { findings } = JSON.parse(out) as { findings: { part: string; state: string }[] };
    expect(findings.filter(({ state }) => state !== 'well')).toEqual([]);
  }, 60_000);
});
