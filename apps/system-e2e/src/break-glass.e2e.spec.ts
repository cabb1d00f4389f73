import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { breakGlassReviewIdFor, type RequestStatusDocument } from '@tollgate/contracts';
import { waitUntil } from '@tollgate/servers';
import { mails, mailTo, messageIdOf, reviewLink } from './approver/mailbox.js';
import { decide, openReview } from './approver/review-form.js';
import { tokenOf, vote } from './approver/vote-by-token.js';
import { type Answer, bearer, call, statusOf } from './system/intake-client.js';
import { ledgerHas } from './system/ledger-client.js';
import { type RunningSystem, startSystem } from './system/running-system.js';

jest.setTimeout(90_000);

const ISSUER = 'https://tollgate.local/development';
const WHY = 'Checkout is down, every minute costs orders.';
const PATIENCE_MS = 30_000;

const DIRECTORY = {
  roles: ['on-call', 'team-lead', 'reviewer', 'dpo'],
  groups: [],
  people: Object.fromEntries(
    Object.entries({
      alice: [],
      bob: ['team-lead', 'on-call'],
      carol: ['reviewer', 'team-lead'],
      dave: ['on-call', 'reviewer'],
      erin: ['dpo', 'reviewer'],
    }).map(([person, roles]) => [
      person,
      { active: true, identities: [{ issuer: ISSUER, subject: person }], roles },
    ]),
  ),
};
const line = (action: string, decide: unknown) => ({
  id: action,
  action,
  riskLevel: '*',
  environment: '*',
  decide,
  signIn: 'signed-in',
});
const POLICY = {
  version: 1,
  releaseValidity: 'PT15M',
  matrix: [line('deploy', 'team-lead'), line('export', 'team-lead'), line('wipe', 'team-lead')],
  checkpoints: {
    default: { timeout: 'PT4H', onSilence: { ask: 'dpo', checkpoint: 'last' } },
    last: { timeout: 'PT4H', onSilence: 'deny' },
    soon: { timeout: 'PT5S', onSilence: { ask: 'reviewer', checkpoint: 'last' } },
  },
  guardrails: [
    { id: 'never', kind: 'blocked', actions: ['wipe'], reason: 'Nothing is wiped.' },
    { id: 'dpo', kind: 'sign-off', from: 'dpo', when: 'action == "export"', reason: 'Personal data.' },
    { id: 'regions', kind: 'allowed', field: 'target.region', values: ['eu'], reason: 'Only the EU.' },
  ],
  breakGlass: [
    {
      id: 'outage',
      who: 'on-call',
      action: '*',
      riskLevel: '*',
      environment: 'production',
      signIn: 'passkey',
      review: { decide: { allOf: [{ atLeast: 1, of: 'reviewer' }] }, checkpoint: 'soon' },
    },
  ],
};

interface Review {
  readonly id: string;
  readonly state: string;
  readonly request: string;
  readonly person: string;
  readonly outcome?: string;
  readonly reviewedBy?: string[];
}

describe('breaking the glass', () => {
  let system: RunningSystem;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-break-glass-'));
    const write = (name: string, document: unknown): string => {
      const file = join(folder, name);
      // JSON is YAML.
      writeFileSync(file, JSON.stringify(document));
      return file;
    };
    system = await startSystem({
      environment: {
        intake: {
          POLICY_FILE: write('policy.yaml', POLICY),
          DIRECTORY_FILE: write('directory.yaml', DIRECTORY),
        },
        notifier: { MAILS_PER_PERSON_PER_HOUR: '0' },
      },
    });
  }, 150_000);
  afterAll(async () => {
    await system?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const bodyOf = (action: string, justification: string) => ({
    action,
    environment: 'production',
    riskLevel: 'high',
    target: { service: 'checkout', region: 'eu' },
    parameters: {},
    reason: 'Roll back',
    breakGlass: { justification },
  });
  const breakGlass = async (
    person: string,
    { action = 'deploy', passkey = true, justification = WHY } = {},
  ): Promise<Answer<RequestStatusDocument>> =>
    call(`${system.stack.urls.intake}/v1/requests`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...bearer(system.stack.credentials.producerKey),
        'tollgate-person': `Bearer ${await tokenOf(system.stack, person, { passkey })}`,
      },
      body: JSON.stringify(bodyOf(action, justification)),
    });
  const reviewOf = async (id: string): Promise<Review | undefined> =>
    (
      await call<{ items: Review[] }>(`${system.stack.urls.intake}/v1/break-glass/reviews`, {
        headers: bearer(system.stack.credentials.operatorKey),
      })
    ).body.items.find(({ request }) => request === id);
  const mailed = async (id: string, kind: string): Promise<string[]> =>
    (await mails(system.stack))
      .filter((mail) => messageIdOf(mail).includes(id) && messageIdOf(mail).includes(`.${kind}`))
      .flatMap(({ to }) => to.map(({ address }) => address.replace('@example.test', '')))
      .toSorted();

  it('is released at once, told to all who would have been asked, and reviewed by another person', async () => {
    const { status, body } = await breakGlass('dave');
    expect(status).toBe(202);
    const { id } = body;
    expect(await statusOf(system.stack, id, 20)).toMatchObject({
      status: 'released',
      asked: [],
      decision: { decidedBy: 'break-glass', votes: [] },
      explanation: expect.stringContaining('dave broke the glass, as outage allows'),
    });
    await waitUntil(
      'everybody is told',
      async () => (await mailed(id, 'break-glass')).length === 3,
      PATIENCE_MS,
    );
    // Both steps: the team leads, and the data protection officer, whom silence would have asked.
    expect(await mailed(id, 'break-glass')).toEqual(['bob', 'carol', 'erin']);
    expect(await mailed(id, 'asked')).toEqual([]);
    const told = (await mails(system.stack)).find((mail) => messageIdOf(mail).includes(id));
    expect(told?.text).toContain(WHY);

    const reviewId = breakGlassReviewIdFor(id);
    const mail = await mailTo(system.stack, 'carol@example.test', reviewId);
    expect(mail.text).toContain(WHY);
    await mailTo(system.stack, 'erin@example.test', reviewId);
    expect(await mailed(reviewId, 'asked')).not.toContain('dave');
    expect((await openReview(reviewLink(mail), 'carol')).html).toContain(id);

    // Whoever broke it has no say in it, and nobody makes it go away.
    const own = await vote(
      system.stack,
      await tokenOf(system.stack, 'dave', { passkey: true }),
      reviewId,
      'approve',
    );
    expect(own.status).toBe(403);
    const withdrawn = await call(`${system.stack.urls.intake}/v1/requests/${reviewId}/withdraw`, {
      method: 'POST',
      headers: bearer(system.stack.credentials.operatorKey),
    });
    expect(withdrawn.status).toBe(403);

    // Silence: it is overdue, others are asked, and it stays open.
    await waitUntil('it is overdue', async () => (await reviewOf(id))?.state === 'overdue', PATIENCE_MS);
    const { code, out } = await system.tollgate('break-glass', 'reviews', '--state', 'overdue');
    expect(code).toBe(0);
    expect(out).toContain('overdue  deploy in production, by dave');
    expect(out).toContain(reviewId);
    await waitUntil(
      'it asks on',
      async () => (await mailed(reviewId, 'asked')).filter((person) => person === 'carol').length === 2,
      PATIENCE_MS,
    );

    await decide(reviewLink(mail), { verdict: 'approve', reason: 'It was down indeed.' }, 'carol');
    await waitUntil('it is closed', async () => (await reviewOf(id))?.state === 'closed', PATIENCE_MS);
    expect(await reviewOf(id)).toMatchObject({ outcome: 'accepted', reviewedBy: ['carol'], person: 'dave' });
    // No guardrail has a say in a review, though it has no region.
    expect((await statusOf(system.stack, reviewId)).status).toBe('released');
    expect((await system.tollgate('break-glass', 'reviews', '--state', 'overdue')).out).not.toContain(
      reviewId,
    );

    const trail = await ledgerHas(system.stack, 'the whole story', { requestId: id }, (records) =>
      records.some(({ place }) => place.topic.endsWith('action.released')),
    );
    const routed = trail.find(({ place }) => place.topic.endsWith('route.resolved'));
    expect(routed?.event?.data).toMatchObject({
      route: { decider: 'break-glass', plan: [{ approvers: [{ person: 'bob' }, { person: 'carol' }] }, {}] },
    });
  });

  it.each([
    ['somebody whom no rule names', 'erin', true, 'erin is none of those who may by outage'],
    ['somebody who did not sign in surely enough', 'dave', false, 'outage asks for a passkey'],
  ])('by %s takes the ordinary route, and says so', async (_who, person, passkey, why) => {
    const { status, body } = await breakGlass(person, { passkey });
    expect(status).toBe(202);
    const { id } = body;
    const mail = await mailTo(system.stack, 'carol@example.test', id);
    expect(mail.text).toContain('Review');
    const document = await statusOf(system.stack, id);
    expect(document).toMatchObject({ status: 'pending' });
    expect(document.explanation).toContain(`${person} could not break the glass (${why})`);
    const voted = await vote(system.stack, await tokenOf(system.stack, 'carol'), id, 'approve', 'Go.');
    expect(voted).toMatchObject({ status: 200, body: { status: 'closed' } });
    expect((await statusOf(system.stack, id, 20)).decision?.decidedBy).toBe('people');
    expect(await reviewOf(id)).toBeUndefined();
  });

  it('skips no required sign-off, and nothing that nobody outranks', async () => {
    const exported = await breakGlass('dave', { action: 'export' });
    await mailTo(system.stack, 'erin@example.test', exported.body.id);
    expect((await statusOf(system.stack, exported.body.id)).explanation).toContain(
      'the sign-off that dpo asks for is never skipped',
    );
    const wiped = await breakGlass('dave', { action: 'wipe' });
    expect(await statusOf(system.stack, wiped.body.id, 20)).toMatchObject({
      status: 'denied',
      explanation: expect.stringContaining('Nothing is wiped.'),
    });
  });

  it('keeps a secret in the justification from everybody', async () => {
    const secret = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
    const { body } = await breakGlass('bob', { justification: `use ${secret} meanwhile` });
    await waitUntil(
      'everybody is told',
      async () => (await mailed(body.id, 'break-glass')).length === 3,
      PATIENCE_MS,
    );
    const told = (await mails(system.stack)).filter((mail) => messageIdOf(mail).includes(body.id));
    expect(told.length).toBeGreaterThan(0);
    for (const mail of told) {
      expect(mail.text).not.toContain(secret);
      expect(mail.text).toMatch(/use \[secret-[0-9a-f]{8}\] meanwhile/);
    }
  });

  it('is one review, and stays one, when services start again', async () => {
    const { body } = await breakGlass('dave');
    const { id } = body;
    await statusOf(system.stack, id, 20);
    await system.restart();
    await mailTo(system.stack, 'carol@example.test', breakGlassReviewIdFor(id));
    const { items } = (
      await call<{ items: Review[] }>(`${system.stack.urls.intake}/v1/break-glass/reviews`, {
        headers: bearer(system.stack.credentials.operatorKey),
      })
    ).body;
    expect(items.filter(({ request }) => request === id)).toHaveLength(1);
    expect(await mailed(id, 'break-glass')).toEqual(['bob', 'carol', 'erin']);
  });
});
