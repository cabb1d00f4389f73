import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { Pool } from 'pg';
import { aFile, aStep, routed, STAGED, withdrawn } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';

const WITHIN_MS = 20_000;

jest.setTimeout(120_000);

describe('a database that was restored from a backup', () => {
  let service: TestService;
  let admin: Pool;
  let decisions: TopicEvent<'decision.made'>[];
  let notified: TopicEvent<'approver.notified'>[];
  let votesCast: TopicEvent<'vote.cast'>[];
  let published: number[];
  let mailed: number;
  let votesBefore: unknown[];

  const both = { quorum: { kind: 'people' as const, count: 2, from: ['role:cto'] } };
  const files = {
    old: aFile(),
    decidedLater: aFile({ plan: [aStep(['bob'])] }),
    asked: aFile(),
    half: aFile({ plan: [aStep(['bob', 'erin'], both)] }),
    staged: aFile({ plan: [STAGED] }),
    escalated: aFile({ plan: [aStep(['erin'], { timeout: 'PT0.5S', onSilence: 'next' }), aStep(['carol'])] }),
    automatic: aFile({ decider: 'automation', plan: [] }),
    withdrawn: aFile(),
    late: aFile(),
  };
  const idOf = (name: keyof typeof files): string => files[name].request.id;
  const route = (...names: (keyof typeof files)[]) =>
    service.send('route.resolved', ...names.map((name) => routed(files[name])));
  const of = <Event extends { readonly subject?: string }>(events: readonly Event[], id: string): Event[] =>
    events.filter(({ subject }) => subject === id);
  const counts = () => [decisions.length, notified.length, votesCast.length];
  const votesOf = () =>
    service.rows(
      'SELECT request_id, number, person, count, step, verdict, reason, at, counted, why FROM vote ORDER BY request_id, number',
    );
  const mailsTo = (person: string, id: string) =>
    service.inbox.to(`${person}@example.test`).filter(({ messageId }) => messageId.startsWith(`<${id}`));
  const decided = (name: keyof typeof files) =>
    servers.waitUntil(`${name} is decided`, () => of(decisions, idOf(name)).length > 0, WITHIN_MS);
  const asked = (person: string, name: keyof typeof files) =>
    servers.waitUntil(
      `${person} is asked about ${name}`,
      () => of(notified, idOf(name)).some(({ data }) => data.person === person && data.kind === 'asked'),
      WITHIN_MS,
    );

  async function vote(name: keyof typeof files, person: string, reason = ''): Promise<void> {
    const answer = await fetch(`${service.url}/v1/approvals/${idOf(name)}/votes`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await service.issuer.token(person)}`,
      },
      body: JSON.stringify({ verdict: 'approve', reason }),
    });
    expect([name, person, answer.status]).toEqual([name, person, 200]);
  }

  beforeAll(async () => {
    service = await TestService.prepare('repair', servers);
    admin = new Pool({ connectionString: service.database.adminUrl, max: 2 });
    decisions = await service.listen('decision.made');
    notified = await service.listen('approver.notified');
    votesCast = await service.listen('vote.cast');
    await service.start();
    await route('old', 'decidedLater');
    await asked('erin', 'old');
    await vote('old', 'erin');
    await decided('old');
    await asked('bob', 'decidedLater');
    await servers.waitUntil('alice hears of it', () => of(notified, idOf('old')).length === 2, WITHIN_MS);
    await service.stop();
    const restore = await servers.backUpTables(admin);

    // What the backup knows nothing of.
    await service.start();
    await vote('decidedLater', 'bob', 'Rehearsed.');
    await route('asked', 'half', 'staged', 'escalated', 'automatic', 'withdrawn');
    await asked('erin', 'asked');
    await asked('erin', 'half');
    await vote('half', 'bob', 'Half of it.');
    await asked('carol', 'escalated');
    await asked('erin', 'staged');
    await vote('staged', 'bob');
    await vote('staged', 'erin');
    await asked('dave', 'staged');
    await service.send('request.withdrawn', withdrawn(idOf('withdrawn')));
    for (const name of ['decidedLater', 'automatic', 'withdrawn'] as const) await decided(name);
    await servers.waitUntil('all is on record', () => votesCast.length === 5, WITHIN_MS);
    await servers.waitUntil(
      'everybody has heard',
      async () =>
        (await service.rows(`SELECT FROM mail WHERE state = 'queued'`)).length === 0 &&
        (await service.rows(`SELECT FROM approval WHERE news_owed OR mail_owed`)).length === 0,
      WITHIN_MS,
    );
    await servers.waitUntil(
      'and that is on record',
      async () => notified.length === (await service.rows(`SELECT FROM mail WHERE state = 'sent'`)).length,
      WITHIN_MS,
    );
    await service.stop();
    votesBefore = await votesOf();
    published = counts();
    mailed = service.inbox.mails.length;

    await restore();
    expect(await votesOf()).toHaveLength(1);
    await service.start();
  });
  afterAll(async () => {
    await admin?.end();
    await service?.drop();
  });

  it('knows what was said, and what of it counted', async () => {
    expect(await votesOf()).toEqual(votesBefore);
  });

  it('knows what was decided, and what waits', async () => {
    expect((await service.pendingOnRecord()).toSorted()).toEqual(
      (['asked', 'half', 'staged', 'escalated'] as const).map(idOf).toSorted(),
    );
  });

  it('mails nobody again, and decides nothing again', async () => {
    // What is asked last is mailed last.
    await route('late');
    await servers.waitUntil('a new mail', () => mailsTo('erin', idOf('late')).length > 0, WITHIN_MS);
    await asked('erin', 'late');
    expect(service.inbox.mails).toHaveLength(mailed + 1);
    const [made, told, cast] = published;
    expect(counts()).toEqual([made, (told ?? 0) + 1, cast]);
  });

  it('opens the links in mails that it had forgotten', async () => {
    const [mail] = mailsTo('erin', idOf('asked'));
    const page = await fetch(mail?.link ?? 'no link');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(files.asked.request.action);
  });

  it('counts what was said before together with what is said after', async () => {
    await vote('half', 'erin');
    await decided('half');
    expect(of(decisions, idOf('half'))[0]?.data.decision).toMatchObject({
      outcome: 'approved',
      votes: [
        { person: 'bob', reason: 'Half of it.', counted: true },
        { person: 'erin', counted: true },
      ],
    });
  });

  it('goes on in the step and the stage that was reached', async () => {
    await vote('escalated', 'carol');
    await vote('staged', 'dave');
    await decided('escalated');
    await decided('staged');
    expect(of(decisions, idOf('escalated'))[0]?.data.decision).toMatchObject({
      outcome: 'approved',
      step: 1,
    });
    expect(of(decisions, idOf('staged'))[0]?.data.decision).toMatchObject({
      outcome: 'approved',
      votes: [{ person: 'bob' }, { person: 'erin' }, { person: 'dave' }],
    });
  });

  it('is no matter of the next start', async () => {
    await service.stop();
    const before = [counts(), await votesOf()];
    await service.start();
    expect([counts(), await votesOf()]).toEqual(before);
  });
});
