import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TopicEvent } from '@tollgate/contracts';
import { listDeadLetters, resetGroups } from '@tollgate/messaging';
import * as servers from '@tollgate/servers';
import { aFile, aStep, routed, withdrawn } from './testing/routes.js';
import { TestService } from './testing/test-service.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;
let decisions: TopicEvent<'decision.made'>[];
let votesCast: TopicEvent<'vote.cast'>[];
let notified: TopicEvent<'approver.notified'>[];

beforeAll(async () => {
  service = await TestService.prepare('road', servers);
  await service.start();
  decisions = await service.listen('decision.made');
  votesCast = await service.listen('vote.cast');
  notified = await service.listen('approver.notified');
});
afterAll(() => service.drop());

const of = <Event extends { readonly subject?: string }>(events: readonly Event[], id: string): Event[] =>
  events.filter(({ subject }) => subject === id);
const outcomeOf = (id: string) => of(decisions, id).map(({ data }) => data.decision.outcome);
const mailsAbout = (id: string) =>
  service.inbox.mails.filter(({ messageId }) => messageId.startsWith(`<${id}`));

async function vote(id: string, person: string, verdict: string): Promise<Response> {
  return fetch(`${service.url}/v1/approvals/${id}/votes`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await service.issuer.token(person)}`,
    },
    body: JSON.stringify({ verdict }),
  });
}

/** Those of these files that wait for people. */
async function pending(...files: ReturnType<typeof aFile>[]): Promise<string[]> {
  const waiting = new Set(await service.pendingOnRecord());
  return files.map(({ request }) => request.id).filter((id) => waiting.has(id));
}

describe('on the road', () => {
  it('a route that asks a person becomes a mail, a vote, a decision', async () => {
    const file = aFile();
    const { id } = file.request;
    await service.send('route.resolved', routed(file));
    await servers.waitUntil('the mail arrives', () => mailsAbout(id).length > 0, WITHIN_MS);
    expect((await vote(id, 'erin', 'approve')).status).toBe(200);
    await servers.waitUntil('it is decided', () => of(decisions, id).length > 0, WITHIN_MS);
    expect(of(decisions, id)[0]?.data).toMatchObject({
      ...file,
      decision: { outcome: 'approved', decidedBy: 'people' },
    });
    await servers.waitUntil('the mail is on record', () => of(notified, id).length > 0, WITHIN_MS);
    expect(of(notified, id)[0]?.data).toMatchObject({
      person: 'erin',
      kind: 'asked',
      count: 1,
      messageId: mailsAbout(id)[0]?.messageId,
    });
    expect(JSON.stringify(of(notified, id))).not.toContain('example.test"');
    await servers.waitUntil('the vote is on record', () => of(votesCast, id).length > 0, WITHIN_MS);
  });

  it('a withdrawal cancels, whichever comes first', async () => {
    const [before, after] = [aFile(), aFile()];
    await service.send('request.withdrawn', withdrawn(before.request.id));
    await service.send('route.resolved', routed(before), routed(after));
    await service.send('request.withdrawn', withdrawn(after.request.id));
    const ids = [before.request.id, after.request.id];
    await servers.waitUntil(
      'both are decided',
      () => ids.every((id) => of(decisions, id).length > 0),
      WITHIN_MS,
    );
    expect(ids.map(outcomeOf)).toEqual([['cancelled'], ['cancelled']]);
  });

  it('a clock that runs out decides', async () => {
    const file = aFile({ plan: [aStep(['erin'], { timeout: 'PT0.5S' })] });
    await service.send('route.resolved', routed(file));
    await servers.waitUntil('it is decided', () => of(decisions, file.request.id).length > 0, WITHIN_MS);
    expect(outcomeOf(file.request.id)).toEqual(['expired']);
  });

  it('a record that will never do becomes a dead letter, and those around it go on', async () => {
    const [left, right] = [
      aFile({ decider: 'automation', plan: [] }),
      aFile({ decider: 'automation', plan: [] }),
    ];
    const poison = aFile({ plan: [aStep(['erin'], { timeout: 'never' })] });
    const malformed = aFile();
    await service.sender.send([
      { topic: 'route.resolved', key: malformed.request.id, value: '{"not": "an event"' },
      { topic: 'route.resolved', key: malformed.request.id, value: null },
    ]);
    await service.send('route.resolved', routed(left), routed(poison), routed(right));
    await servers.waitUntil(
      'the others are decided',
      () => [left, right].every((file) => of(decisions, file.request.id).length > 0),
      WITHIN_MS,
    );
    const { connection } = service;
    let letters: Awaited<ReturnType<typeof listDeadLetters>> = [];
    await servers.waitUntil(
      'the dead letters are there',
      async () => {
        letters = await listDeadLetters({ connection, service: 'notifier' });
        return letters.length >= 3;
      },
      WITHIN_MS,
    );
    expect(letters.map(({ reason }) => reason).toSorted()).toEqual([
      expect.stringContaining('no value'),
      expect.stringContaining('timeout'),
      expect.stringContaining('not JSON'),
    ]);
    expect(service.fatal).toEqual([]);
  });

  it('a revision that deactivates the only one who could decide denies, also where it comes while nothing runs', async () => {
    const [grace, heidi] = [aFile({ plan: [aStep(['grace'])] }), aFile({ plan: [aStep(['heidi'])] })];
    await service.send('route.resolved', routed(grace), routed(heidi));
    await servers.waitUntil(
      'all are open',
      async () => (await pending(grace, heidi)).length === 2,
      WITHIN_MS,
    );
    await service.publishPolicy(2, ['grace']);
    await servers.waitUntil('it is decided', () => of(decisions, grace.request.id).length > 0, WITHIN_MS);
    expect(of(decisions, grace.request.id)[0]?.data.decision).toMatchObject({
      outcome: 'denied',
      decidedBy: 'policy',
      policyRevision: 2,
    });
    expect(outcomeOf(heidi.request.id)).toEqual([]);

    await service.stop();
    await service.publishPolicy(3, ['grace', 'heidi']);
    await service.start();
    await servers.waitUntil('it is decided', () => of(decisions, heidi.request.id).length > 0, WITHIN_MS);
    expect(outcomeOf(heidi.request.id)).toEqual(['denied']);
  });

  it('goes on after a restart: what waited can be decided, what fell due meanwhile is', async () => {
    const waiting = aFile();
    const due = aFile({ plan: [aStep(['erin'], { timeout: 'PT1S' })] });
    await service.send('route.resolved', routed(waiting), routed(due));
    await servers.waitUntil('the mail arrives', () => mailsAbout(waiting.request.id).length > 0, WITHIN_MS);
    await service.stop();
    await service.start();
    await servers.waitUntil(
      'the clock has decided',
      () => of(decisions, due.request.id).length > 0,
      WITHIN_MS,
    );
    expect((await vote(waiting.request.id, 'erin', 'deny')).status).toBe(200);
    await servers.waitUntil(
      'the vote has decided',
      () => of(decisions, waiting.request.id).length > 0,
      WITHIN_MS,
    );
    expect(outcomeOf(waiting.request.id)).toEqual(['denied']);
  });

  it('decides and mails nothing again when its topics are read again from the beginning', async () => {
    const last = aFile();
    await service.send('route.resolved', routed(last));
    await servers.waitUntil(
      'the last mail is on record',
      () => of(notified, last.request.id).length > 0,
      WITHIN_MS,
    );
    const before = {
      decisions: decisions.length,
      votes: votesCast.length,
      notified: notified.length,
      mails: service.inbox.mails.length,
    };

    await service.stop();
    await resetGroups({ connection: service.connection, groups: ['notifier'] });
    await service.start();
    const marker = aFile();
    await service.send('route.resolved', routed(marker));
    await servers.waitUntil(
      'what came after has its mail',
      () => of(notified, marker.request.id).length > 0,
      WITHIN_MS,
    );

    expect({
      decisions: decisions.length,
      votes: votesCast.length,
      notified: notified.length - 1,
      mails: service.inbox.mails.length - 1,
    }).toEqual(before);
    const metric = await service.registry.getSingleMetric('tollgate_diverged_total')?.get();
    expect(metric?.values).toEqual([]);
  });
});
