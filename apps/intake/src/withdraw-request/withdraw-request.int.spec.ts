import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Request } from '@tollgate/contracts';
import { type IncomingRecord, outgoing } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { exampleJudgement, judgedEvent } from '../testing/example.js';
import { type TestIntake } from '../testing/test-intake.js';
import { TestSystem } from '../testing/test-system.js';

jest.setTimeout(120_000);

const PATIENCE_MS = 30_000;

describe('a withdrawal', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let key: string;
  let released: readonly IncomingRecord[];
  let withdrawn: readonly IncomingRecord[];

  const of = (records: readonly IncomingRecord[], id: string) =>
    records.filter((record) => record.key === id);
  const judged = (request: Request) =>
    outgoing(judgedEvent(exampleJudgement(request)), 'guardrail.evaluated');
  const status = async (id: string) => (await intake.call(`/v1/requests/${id}`, { key })).body;
  const open = () => system.submit(intake, key);

  beforeAll(async () => {
    system = await TestSystem.create('withdraw');
    intake = await system.start();
    key = await system.producer(intake, 'ci-bot', 'alice');
    released = await system.follow('action.released');
    withdrawn = await system.follow('request.withdrawn');
  });
  afterAll(() => system.destroy());

  it('stands, when the gate passes the request later', async () => {
    const request = await open();
    const answer = await intake.call(`/v1/requests/${request.id}/withdraw`, {
      key,
      body: { reason: 'not needed' },
    });
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'cancelled', explanation: 'Withdrawn by ci-bot: not needed' },
    });
    await system.send(judged(request));
    await waitUntil(
      'the verdict',
      async () => (await status(request.id)).guardrail !== undefined,
      PATIENCE_MS,
    );
    expect(await status(request.id)).toMatchObject({ status: 'cancelled' });
    expect(await status(request.id)).not.toHaveProperty('release');
    await waitUntil('the event', () => of(withdrawn, request.id).length > 0, PATIENCE_MS);
    const again = await intake.call<{ requestStatus: string }>(`/v1/requests/${request.id}/withdraw`, {
      key,
      method: 'POST',
    });
    expect(again).toMatchObject({ status: 409, body: { requestStatus: 'cancelled' } });
  });

  it('races with the gate, 500 times: one wins, the other is told, and what was withdrawn is never released', async () => {
    const requests: Request[] = [];
    for (let made = 0; made < 500; made += 50)
      requests.push(...(await Promise.all(Array.from({ length: 50 }, () => open()))));
    const answers: { id: string; status: number; now: string }[] = [];
    for (let from = 0; from < requests.length; from += 50) {
      const chunk = requests.slice(from, from + 50);
      const [, ...withdrawals] = await Promise.all([
        system.send(...chunk.map((request) => judged(request))),
        ...chunk.map(async ({ id }, index) => {
          // Some go first, some arrive with the verdict, some after it.
          for (let turn = 0; turn < index % 10; turn++) await new Promise(setImmediate);
          const { status, body } = await intake.call<{ status: unknown; requestStatus?: string }>(
            `/v1/requests/${id}/withdraw`,
            { key, method: 'POST' },
          );
          return { id, status, now: String(status === 202 ? body.status : body.requestStatus) };
        }),
      ]);
      answers.push(...withdrawals);
    }
    expect(answers).toHaveLength(500);
    const won = answers.filter(({ status }) => status === 202);
    const lost = answers.filter(({ status }) => status === 409);
    expect(won.length + lost.length).toBe(500);
    expect(won.every(({ now }) => now === 'cancelled')).toBe(true);
    expect(lost.every(({ now }) => now === 'released')).toBe(true);
    await waitUntil(
      'every verdict to be taken',
      async () => {
        const [row] = await system.query<{ judged: string }>(
          `SELECT count(*) AS judged FROM stage WHERE stage = 'guardrail.evaluated' AND request_id = ANY ($1)`,
          [requests.map(({ id }) => id)],
        );
        return row?.judged === '500';
      },
      PATIENCE_MS,
    );
    await waitUntil(
      'every event',
      () =>
        lost.every(({ id }) => of(released, id).length > 0) &&
        won.every(({ id }) => of(withdrawn, id).length > 0),
      PATIENCE_MS,
    );
    expect(won.flatMap(({ id }) => of(released, id))).toEqual([]);
    expect(lost.flatMap(({ id }) => of(withdrawn, id))).toEqual([]);
    expect(lost.map(({ id }) => of(released, id).length)).toEqual(lost.map(() => 1));
  }, 120_000);
});
