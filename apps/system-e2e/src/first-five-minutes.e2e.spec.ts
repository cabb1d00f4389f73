import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RequestStatusDocument, STAGE_TOPICS } from '@tollgate/contracts';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { mailTo, reviewLink } from './approver/mailbox.js';
import { decide, openReview } from './approver/review-form.js';
import { bearer, call, statusOf } from './system/intake-client.js';
import { ledgerHas } from './system/ledger-client.js';
import { type RunningSystem, sharedSystem } from './system/running-system.js';
import { type RunningCli } from './system/tollgate-process.js';

let system: RunningSystem;
beforeAll(async () => {
  system = await sharedSystem();
}, 120_000);
afterAll(() => system?.stop(), 60_000);

const REQUEST_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Submits an example that a person decides, and waits until the terminal shows who is asked. */
async function submitAndWait(example: string): Promise<{ readonly cli: RunningCli; readonly id: string }> {
  const cli = system.startTollgate('request', 'submit', `examples/${example}`, '--wait');
  await cli.said('mailbox');
  const id = REQUEST_ID.exec(cli.out())?.[0];
  if (id === undefined) throw new Error(`no request id in:\n${cli.out()}`);
  return { cli, id };
}

interface Trail {
  readonly status: string;
  readonly events: readonly { readonly place: { readonly topic: string }; readonly what: string }[];
}

/** The paper trail, once it has all that is expected. */
async function trailOf(id: string, topics: readonly string[]): Promise<Trail> {
  await ledgerHas(system.stack, `${topics.join(', ')} of ${id}`, { requestId: id }, (records) =>
    topics.every((topic) => records.some(({ place }) => place.topic === topic)),
  );
  const { status, body } = await call<Trail>(`${system.stack.urls.audit}/v1/requests/${id}`, {
    headers: bearer(system.stack.credentials.ledgerReaderKey),
  });
  expect(status).toBe(200);
  return body;
}

async function claimsOf(document: RequestStatusDocument) {
  const keys = createRemoteJWKSet(new URL(`${system.stack.urls.intake}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(document.release?.token ?? '', keys, {
    algorithms: ['EdDSA'],
    issuer: system.stack.urls.intake,
    audience: 'ci-bot',
  });
  return payload;
}

describe('deploy-42: a person decides', () => {
  it('approved by mail: the terminal goes on with the token', async () => {
    const { cli, id } = await submitAndWait('deploy-42.json');
    expect(cli.out()).toContain('erin');
    expect(cli.out()).toContain(system.stack.mailbox?.webUrl);

    const mail = await mailTo(system.stack, 'erin@example.test', id);
    const link = reviewLink(mail);
    const page = await openReview(link);
    expect(page.status).toBe(200);
    for (const part of ['deploy_prod', 'production', 'checkout', '42.0.0', 'ci-bot'])
      expect(page.html).toContain(part);
    expect((await statusOf(system.stack, id)).status).toBe('pending');

    const answer = await decide(link, { verdict: 'approve', reason: 'Tested on staging.' });
    expect(answer.status).toBe(200);
    const { code, out } = await cli.ended;
    expect(out).toContain('approved by erin: “Tested on staging.”');
    expect(code).toBe(0);

    const document = await statusOf(system.stack, id);
    expect(out).toContain(document.release?.token);
    expect(document).toMatchObject({ status: 'released', release: { state: 'unused' } });
    expect(await claimsOf(document)).toMatchObject({ sub: id, contentHash: document.contentHash });

    const trail = await trailOf(id, [...STAGE_TOPICS, 'vote.cast', 'approver.notified']);
    expect(trail.status).toBe('released');
    expect(trail.events.filter(({ place }) => place.topic === 'vote.cast')).toHaveLength(1);
  }, 60_000);

  it('denied by mail: the terminal shows the reason and ends with 10', async () => {
    const { cli, id } = await submitAndWait('deploy-42.json');
    const link = reviewLink(await mailTo(system.stack, 'erin@example.test', id));
    await decide(link, { verdict: 'deny', reason: 'Not on a Friday.' });
    const { code, out } = await cli.ended;
    expect(out).toContain('denied by erin: “Not on a Friday.”');
    expect(code).toBe(10);
    const document = await statusOf(system.stack, id);
    expect(document.status).toBe('denied');
    expect(document.release).toBeUndefined();
    expect((await trailOf(id, ['decision.made', 'guardrail.evaluated'])).status).toBe('denied');
  }, 60_000);

  it('withdrawn by its producer: the terminal that waits ends with 12, and no vote changes that', async () => {
    const { cli, id } = await submitAndWait('deploy-42.json');
    const link = reviewLink(await mailTo(system.stack, 'erin@example.test', id));
    const withdrawn = await system.tollgate('request', 'withdraw', id, '--reason', 'Wrong version.');
    expect(withdrawn.code).toBe(12);
    expect((await cli.ended).code).toBe(12);
    await ledgerHas(
      system.stack,
      'the decision',
      { requestId: id, topic: 'decision.made' },
      ({ length }) => length > 0,
    );
    const late = await openReview(link);
    expect(late.html).not.toMatch(/<form\b[^>]*method="post"/i);
    expect((await statusOf(system.stack, id)).status).toBe('cancelled');
  }, 60_000);
});

describe('the other examples', () => {
  it('deploy-ci: automation approves at once', async () => {
    const { code, out } = await system.tollgate(
      'request',
      'submit',
      'examples/deploy-ci.json',
      '--wait',
      '--json',
    );
    const document = JSON.parse(out) as RequestStatusDocument;
    expect(code).toBe(0);
    expect(document).toMatchObject({
      status: 'released',
      asked: [],
      decision: { decidedBy: 'automation', votes: [] },
    });
    expect(await claimsOf(document)).toMatchObject({ sub: document.id });
  }, 30_000);

  it('blocked-region: its person approves, a guardrail blocks', async () => {
    const { cli, id } = await submitAndWait('blocked-region.json');
    const link = reviewLink(await mailTo(system.stack, 'bob@example.test', id));
    expect((await openReview(link, 'bob')).html).toContain('allowed-regions');
    await decide(link, { verdict: 'approve', reason: '' }, 'bob');
    const { code, out } = await cli.ended;
    expect(code).toBe(11);
    expect(out).toContain('approved by bob');
    expect(out).toContain('allowed-regions');
    const document = await statusOf(system.stack, id);
    expect(document.guardrail?.results).toContainEqual(
      expect.objectContaining({ rule: 'allowed-regions', verdict: 'blocked' }),
    );
    expect(document.release).toBeUndefined();
  }, 60_000);

  it('no-rule: denied at once, by the policy', async () => {
    const { code, out } = await system.tollgate(
      'request',
      'submit',
      'examples/no-rule.json',
      '--wait',
      '--json',
    );
    expect(code).toBe(10);
    expect(JSON.parse(out)).toMatchObject({
      status: 'denied',
      asked: [],
      decision: { decidedBy: 'policy', votes: [] },
    });
  }, 30_000);

  it('nobody-answers: expired, never shown as a no of a person', async () => {
    const { code, out } = await system.tollgate(
      'request',
      'submit',
      'examples/nobody-answers.json',
      '--wait',
    );
    expect(code).toBe(13);
    expect(out).toContain('Expired.');
    expect(out).toContain('no person denied it');
    const id = REQUEST_ID.exec(out)?.[0] ?? '';
    expect(await statusOf(system.stack, id)).toMatchObject({
      status: 'expired',
      decision: { outcome: 'expired', decidedBy: 'timeout', votes: [] },
    });
  }, 60_000);
});

describe('what a newcomer tries next', () => {
  it('the same key is the same request', async () => {
    const submit = () =>
      system.tollgate('request', 'submit', 'examples/deploy-ci.json', '--key', 'build-7', '--wait', '--json');
    const [first, second] = [
      JSON.parse((await submit()).out),
      JSON.parse((await submit()).out),
    ] as RequestStatusDocument[];
    expect(second?.id).toBe(first?.id);
    expect(second?.release?.token).toBe(first?.release?.token);
  }, 60_000);

  it('a time limit ends the waiting, not the request', async () => {
    const { code, out } = await system.tollgate(
      'request',
      'submit',
      'examples/deploy-42.json',
      '--wait',
      '1s',
    );
    expect(code).toBe(75);
    const id = REQUEST_ID.exec(out)?.[0] ?? '';
    expect(await system.tollgate('request', 'show', id)).toMatchObject({ code: 75 });
  }, 60_000);

  it('the doctor finds everything well', async () => {
    const { code, out } = await system.tollgate('doctor', '--json');
    const { findings } = JSON.parse(out) as { findings: { part: string; state: string }[] };
    expect(findings.filter(({ state }) => state !== 'well')).toEqual([]);
    expect(code).toBe(0);
    expect(findings.map(({ part }) => part)).toEqual(
      expect.arrayContaining(['intake', 'router', 'notifier', 'guardrail', 'audit', 'kafka']),
    );
  }, 60_000);

  it('the topics are there, with their lanes and clean-up', async () => {
    const { code, out } = await system.tollgate('topics', 'list', '--json');
    const { topics } = JSON.parse(out) as {
      topics: { topic: string; partitions: number; cleanup: string }[];
    };
    expect(code).toBe(0);
    for (const topic of STAGE_TOPICS) {
      expect(topics).toContainEqual(expect.objectContaining({ topic, partitions: 4, cleanup: 'compact' }));
    }
  }, 60_000);
});
