import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RequestStatusDocument, type Verdict } from '@tollgate/contracts';
import { waitUntil } from '@tollgate/servers';
import { mails, mailTo, messageIdOf } from './approver/mailbox.js';
import { tokenOf, vote } from './approver/vote-by-token.js';
import { bearer, call, statusOf, submit } from './system/intake-client.js';
import { type RunningSystem, startSystem } from './system/running-system.js';

jest.setTimeout(60_000);

const ISSUER = 'https://tollgate.local/development';

/** Everybody whom the shipped contacts know, in roles and a group that the plans below need. */
const DIRECTORY = {
  roles: ['developer', 'team-lead', 'security', 'finance'],
  groups: ['on-call'],
  people: Object.fromEntries(
    Object.entries({
      alice: { roles: ['developer'] },
      bob: { roles: ['team-lead', 'security'], groups: ['on-call'] },
      carol: { roles: ['finance'] },
      dave: { roles: ['team-lead'], groups: ['on-call'] },
      erin: { roles: ['security'], groups: ['on-call'] },
    }).map(([person, has]) => [
      person,
      { active: true, identities: [{ issuer: ISSUER, subject: person }], ...has },
    ]),
  ),
};

const line = (action: string, decide: unknown, more: object = {}) => ({
  id: action,
  action,
  riskLevel: '*',
  environment: '*',
  decide,
  ...more,
});
const POLICY = {
  version: 1,
  releaseValidity: 'PT15M',
  risk: [{ id: 'large', when: 'has(parameters.amount) && parameters.amount > 1000.0', raiseTo: 'critical' }],
  matrix: [
    { ...line('pay', 'deny'), id: 'pay-critical', riskLevel: 'critical' },
    line('pay', { stages: ['team-lead', 'finance'] }),
    line('open-firewall', { allOf: ['team-lead', 'security'] }),
    line('restart', { majorityOf: { group: 'on-call' }, denials: 2 }),
    line('wake', { person: 'carol' }, { checkpoint: 'then-on-call', environment: 'staging' }),
    line('retire', { unanimousOf: { role: 'team-lead' } }),
    line('tidy', 'team-lead', { when: 'parameters.age > 30' }),
  ],
  checkpoints: {
    default: { timeout: 'PT4H', onSilence: 'deny' },
    'then-on-call': {
      timeout: 'PT1S',
      onSilence: { ask: { atLeast: 2, of: { group: 'on-call' } }, checkpoint: 'default' },
    },
  },
};

let system: RunningSystem;
let folder: string;

const request = (action: string, more: object = {}) => ({
  action,
  environment: 'staging',
  riskLevel: 'low',
  target: { service: 'checkout' },
  parameters: {},
  reason: 'A test of plans',
  ...more,
});
const submitted = async (body: object): Promise<RequestStatusDocument> => {
  const { status, body: document } = await submit(system.stack, body);
  expect(status).toBe(202);
  return document;
};
const cast = async (person: string, id: string, verdict: Verdict = 'approve') => {
  const token = await tokenOf(system.stack, person);
  let answer = await vote(system.stack, token, id, verdict);
  // The approval opens a moment after the request was accepted.
  await waitUntil(
    `${person} may vote on ${id}`,
    async () => {
      if (answer.status === 404) answer = await vote(system.stack, token, id, verdict);
      return answer.status !== 404;
    },
    10_000,
  );
  return answer;
};
const finalOf = (id: string) => statusOf(system.stack, id, 20);
const mailedAbout = async (id: string): Promise<string[]> =>
  (await mails(system.stack))
    .filter((mail) => messageIdOf(mail).includes(id))
    .flatMap(({ to }) => to.map(({ address }) => address.replace('@example.test', '')))
    .toSorted();

describe('what a plan asks for', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-plans-'));
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

  it('stages: finance is asked, and may vote, once the team has said yes', async () => {
    const { id } = await submitted(request('pay', { parameters: { amount: 500.5 } }));
    await mailTo(system.stack, 'bob@example.test', id);
    expect(await cast('carol', id)).toMatchObject({
      status: 403,
      body: { detail: expect.stringMatching(/before you/) },
    });
    expect(await mailedAbout(id)).not.toContain('carol');
    expect(await cast('dave', id)).toMatchObject({ status: 200, body: { counted: true, status: 'pending' } });
    await mailTo(system.stack, 'carol@example.test', id);
    expect(await cast('carol', id)).toMatchObject({ status: 200, body: { counted: true, status: 'closed' } });
    const { status, decision } = await finalOf(id);
    expect(status).toBe('released');
    expect(decision?.votes.map(({ person, counted }) => [person, counted])).toEqual([
      ['carol', false],
      ['dave', true],
      ['carol', true],
    ]);
  });

  it('effective risk: what is large is denied, however small the claim', async () => {
    const { id } = await submitted(request('pay', { parameters: { amount: 5000.5 } }));
    expect(await finalOf(id)).toMatchObject({
      status: 'denied',
      decision: { decidedBy: 'policy', votes: [] },
    });
  });

  it('two roles need two people, also where one person holds both', async () => {
    const { id } = await submitted(request('open-firewall'));
    expect(await cast('bob', id)).toMatchObject({ body: { counted: true, status: 'pending' } });
    expect(await cast('erin', id)).toMatchObject({ body: { status: 'closed' } });
    expect(await finalOf(id)).toMatchObject({ status: 'released' });
  });

  it('a majority is over half of those who may vote; two denials end it, one does not', async () => {
    const first = await submitted(request('restart'));
    await cast('bob', first.id, 'deny');
    await cast('dave', first.id);
    expect(await cast('erin', first.id)).toMatchObject({ body: { status: 'closed' } });
    expect(await finalOf(first.id)).toMatchObject({ status: 'released' });

    const second = await submitted(request('restart'));
    await cast('bob', second.id, 'deny');
    await cast('dave', second.id, 'deny');
    expect(await finalOf(second.id)).toMatchObject({ status: 'denied', decision: { decidedBy: 'people' } });
  });

  it('a vote may be changed until the decision', async () => {
    const { id } = await submitted(request('restart'));
    await cast('bob', id, 'approve');
    await cast('bob', id, 'abstain');
    await cast('dave', id);
    expect(await statusOf(system.stack, id)).toMatchObject({ status: 'pending' });
    await cast('bob', id, 'approve');
    expect(await finalOf(id)).toMatchObject({ status: 'released' });
  });

  it('silence escalates: the votes of the first step have ended with it', async () => {
    const { id } = await submitted(request('wake'));
    await mailTo(system.stack, 'dave@example.test', id);
    expect(await mailedAbout(id)).toEqual(expect.arrayContaining(['bob', 'carol', 'dave', 'erin']));
    expect((await cast('carol', id)).status).not.toBe(200);
    expect(await cast('erin', id)).toMatchObject({ body: { counted: true, status: 'pending' } });
    await cast('bob', id);
    expect(await finalOf(id)).toMatchObject({
      status: 'released',
      decision: { step: 1, decidedBy: 'people' },
    });
  });

  it('a condition that cannot be judged denies, and says why', async () => {
    const { id } = await submitted(request('tidy'));
    const { status, explanation } = await finalOf(id);
    expect(status).toBe('denied');
    expect(explanation).toMatch(/tidy/);
    const asked = await submitted(request('tidy', { parameters: { age: 31 } }));
    await cast('dave', asked.id);
    expect(await finalOf(asked.id)).toMatchObject({ status: 'released' });
  });

  it('shows until when people are waited for', async () => {
    const { id, submittedAt } = await submitted(request('retire'));
    await waitUntil(
      'the route to be known',
      async () => (await statusOf(system.stack, id)).asked.length > 0,
      10_000,
    );
    const { deadline, asked } = await statusOf(system.stack, id);
    expect(Date.parse(deadline ?? '') - Date.parse(submittedAt)).toBe(4 * 60 * 60_000);
    expect(asked.map(({ person }) => person)).toEqual(['bob', 'dave']);
    await call(`${system.stack.urls.intake}/v1/requests/${id}/withdraw`, {
      method: 'POST',
      headers: bearer(system.stack.credentials.producerKey),
    });
    expect(await finalOf(id)).toMatchObject({ status: 'cancelled' });
  });
});
