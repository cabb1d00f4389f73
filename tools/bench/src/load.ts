import { LoadClient } from './load-client.js';
import { type LoadOrder, type LoadResult } from './load-messages.js';

/** A submitter holds its request in one call, as `Prefer: wait` of RFC 7240 lets it. */
const WAIT_SECONDS = 30;

/** Counts what came out. */
class Tally {
  released = 0;
  readonly others: Record<string, number> = {};
  readonly samples: number[] = [];
  readonly requestIds: string[] = [];
  readonly #began = performance.now();

  count(what: string): void {
    if (what === 'released') this.released += 1;
    else this.others[what] = (this.others[what] ?? 0) + 1;
  }

  result(): LoadResult {
    const { released, others, samples, requestIds } = this;
    return { seconds: (performance.now() - this.#began) / 1000, released, others, samples, requestIds };
  }
}

/** Runs `count` jobs on `workers` workers, each taking the next when it is done. */
async function spread(count: number, workers: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await job(index);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

const idOf = (body: Record<string, unknown>): string => String(body['id']);

async function voteUntilOpen(client: LoadClient, requestId: string, decider: number): Promise<number> {
  for (;;) {
    const { status } = await client.vote(requestId, decider).catch(() => ({ status: 0 }));
    if (status !== 404 && status !== 503 && status !== 0) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function submitAndWait(
  client: LoadClient,
  tally: Tally,
  action: string,
  decider: number,
  serial: number,
): Promise<void> {
  const submitted = await client.submit(action, decider, serial, WAIT_SECONDS);
  if (submitted.status === 200) return tally.count(String(submitted.body['status']));
  if (submitted.status !== 202) return tally.count(`submit ${submitted.status}`);
  const { status, body } = await client.final(idOf(submitted.body));
  tally.count(status === 200 ? String(body['status']) : `wait ${status}`);
}

async function approvals(
  client: LoadClient,
  order: Extract<LoadOrder, { kind: 'approvals' }>,
): Promise<LoadResult> {
  const deciders = order.target.deciderTokens.length;
  let voteErrors = 0;
  const votes: Promise<void>[] = [];
  for (let decider = 0; decider < deciders; decider += 1) {
    await client.follow(decider, ({ requestId }) => {
      votes.push(
        voteUntilOpen(client, requestId, decider).then((status) => {
          if (status !== 200) voteErrors += 1;
        }),
      );
    });
  }
  const tally = new Tally();
  await spread(order.requests, order.submitters, (index) =>
    submitAndWait(client, tally, 'deploy_prod', index % deciders, index),
  );
  const result = tally.result();
  return voteErrors === 0 ? result : { ...result, others: { ...result.others, 'votes refused': voteErrors } };
}

async function unloaded(
  client: LoadClient,
  order: Extract<LoadOrder, { kind: 'unloaded' }>,
): Promise<LoadResult> {
  let opened: (() => void) | undefined;
  const told = new Set<string>();
  await client.follow(0, ({ requestId }) => {
    told.add(requestId);
    opened?.();
  });
  const tally = new Tally();
  for (let serial = 0; serial < order.requests; serial += 1) {
    const submitted = await client.submit('deploy_prod', 0, serial);
    const id = idOf(submitted.body);
    const final = client.final(id);
    while (!told.has(id)) await new Promise<void>((resolve) => (opened = resolve));
    const voted = performance.now();
    const vote = client.vote(id, 0);
    const { body } = await final;
    tally.samples.push(performance.now() - voted);
    tally.count(String(body['status']));
    await vote;
  }
  return tally.result();
}

async function automatic(
  client: LoadClient,
  order: Extract<LoadOrder, { kind: 'automatic' }>,
): Promise<LoadResult> {
  const tally = new Tally();
  for (let serial = 0; serial < order.requests; serial += 1) {
    const began = performance.now();
    await submitAndWait(client, tally, 'deploy_ci', 0, serial);
    tally.samples.push(performance.now() - began);
  }
  return tally.result();
}

async function submit(
  client: LoadClient,
  order: Extract<LoadOrder, { kind: 'submit' }>,
): Promise<LoadResult> {
  const tally = new Tally();
  await spread(order.requests, order.submitters, async (index) => {
    const { status, body } = await client.submit(
      'deploy_prod',
      index % order.target.deciderTokens.length,
      index,
    );
    if (status === 202) tally.requestIds.push(idOf(body));
    else tally.count(`submit ${status}`);
  });
  return tally.result();
}

async function decide(
  client: LoadClient,
  order: Extract<LoadOrder, { kind: 'decide' }>,
): Promise<LoadResult> {
  const tally = new Tally();
  const began = performance.now();
  await voteUntilOpen(client, order.requestId, order.decider);
  for (;;) {
    const answer = await client.final(order.requestId).catch(() => undefined);
    if (answer?.status === 200) {
      tally.count(String(answer.body['status']));
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  tally.samples.push(performance.now() - began);
  return tally.result();
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const client = new LoadClient(order.target, 64);
  try {
    switch (order.kind) {
      case 'approvals':
        return await approvals(client, order);
      case 'unloaded':
        return await unloaded(client, order);
      case 'automatic':
        return await automatic(client, order);
      case 'submit':
        return await submit(client, order);
      case 'decide':
        return await decide(client, order);
    }
  } finally {
    await client.close();
  }
}

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
