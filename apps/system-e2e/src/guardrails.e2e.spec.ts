import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RequestStatusDocument } from '@tollgate/contracts';
import { waitUntil } from '@tollgate/servers';
import { mails, mailTo, messageIdOf } from './approver/mailbox.js';
import { tokenOf, vote } from './approver/vote-by-token.js';
import { bearer, call, statusOf, submit } from './system/intake-client.js';
import { ledgerHas } from './system/ledger-client.js';
import { type RunningSystem, startSystem } from './system/running-system.js';

jest.setTimeout(90_000);

const ISSUER = 'https://tollgate.local/development';
const PATIENCE_MS = 30_000;
const HOUR_MS = 3_600_000;

const DIRECTORY = {
  roles: ['team-lead', 'dpo', 'cto'],
  groups: [],
  people: Object.fromEntries(
    Object.entries({ alice: [], bob: ['team-lead'], carol: ['cto'], erin: ['dpo'] }).map(
      ([person, roles]) => [
        person,
        { active: true, identities: [{ issuer: ISSUER, subject: person }], roles },
      ],
    ),
  ),
};
const line = (action: string) => ({
  ...{ id: action, action, riskLevel: '*', environment: '*', decide: 'team-lead', signIn: 'signed-in' },
});
/** In which `migrate` is frozen: from an hour ago for a day, so that it holds however long the tests take. */
const frozenSince = new Date(Date.now() - HOUR_MS).toISOString().slice(0, 16);
const POLICY = {
  version: 1,
  releaseValidity: 'PT15M',
  matrix: ['export', 'migrate', 'resize', 'rename'].map(line),
  checkpoints: { default: { timeout: 'PT4H', onSilence: 'deny' } },
  guardrails: [
    { id: 'privacy', kind: 'sign-off', from: 'dpo', when: 'action == "export"', reason: 'Personal data.' },
    {
      ...{ id: 'freeze', kind: 'window', mode: 'freeze', start: frozenSince, duration: 'PT24H', zone: 'UTC' },
      ...{ when: 'action == "migrate"', reason: 'The books are being closed.' },
    },
    {
      ...{ id: 'size', kind: 'condition', forbid: 'action == "resize" && parameters.nodes > 10.0' },
      ...{ strength: 'overridable', overridableBy: ['cto'], reason: 'At most ten nodes.' },
    },
    {
      ...{ id: 'names', kind: 'condition', forbid: 'action == "rename"' },
      ...{ strength: 'advisory', reason: 'Names are best left alone.' },
    },
  ],
};

describe('guardrails', () => {
  let system: RunningSystem;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-guardrails-'));
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

  const ask = async (action: string, parameters: object = {}): Promise<string> => {
    const { status, body } = await submit(system.stack, {
      ...{ action, environment: 'production', riskLevel: 'high' },
      ...{ target: { service: 'checkout' }, parameters, reason: 'As planned' },
    });
    expect(status).toBe(202);
    return body.id;
  };
  const approve = async (person: string, id: string) =>
    vote(system.stack, await tokenOf(system.stack, person), id, 'approve', 'Go.');
  const outcome = (id: string): Promise<RequestStatusDocument> => statusOf(system.stack, id, 20);
  const override = async (person: string, id: string) =>
    call(`${system.stack.urls.notifier}/v1/approvals/${id}/overrides`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(await tokenOf(system.stack, person)) },
      body: JSON.stringify({ guardrail: 'size', justification: 'The sale begins at noon.' }),
    });
  const resultMail = async (id: string): Promise<string> => {
    let text: string | undefined;
    await waitUntil(
      'the mail about the result',
      async () => {
        text = (await mails(system.stack)).find(
          (mail) =>
            messageIdOf(mail).includes(id) && mail.to.some(({ address }) => address.startsWith('alice')),
        )?.text;
        return text !== undefined;
      },
      PATIENCE_MS,
    );
    return text ?? '';
  };

  it('ask for a sign-off together with the people of the line, and wait for it', async () => {
    const id = await ask('export');
    await mailTo(system.stack, 'erin@example.test', id);
    await mailTo(system.stack, 'bob@example.test', id);
    expect(await approve('bob', id)).toMatchObject({ status: 200, body: { status: 'pending' } });
    expect((await statusOf(system.stack, id)).status).toBe('pending');
    expect(await approve('erin', id)).toMatchObject({ status: 200, body: { status: 'closed' } });
    expect(await outcome(id)).toMatchObject({
      status: 'released',
      guardrail: {
        results: expect.arrayContaining([expect.objectContaining({ rule: 'privacy', verdict: 'passed' })]),
      },
    });
  });

  it('tell approvers of a window, and block within it whoever approves', async () => {
    const id = await ask('migrate');
    const mail = await mailTo(system.stack, 'bob@example.test', id);
    expect(mail.text).toMatch(/The guardrail freeze may block it.*The books are being closed\./s);
    expect((await approve('bob', id)).status).toBe(200);
    expect(await outcome(id)).toMatchObject({
      status: 'blocked',
      explanation: expect.stringContaining('The books are being closed.'),
    });
  });

  it('are overridden by who may, before the decision and on record', async () => {
    const id = await ask('resize', { nodes: 12 });
    const mail = await mailTo(system.stack, 'bob@example.test', id);
    expect(mail.text).toContain('unless somebody who may do so overrides it before the decision');
    expect((await override('bob', id)).status).toBe(403);
    expect((await override('carol', id)).status).toBe(201);
    expect((await approve('bob', id)).status).toBe(200);
    expect(await outcome(id)).toMatchObject({ status: 'released' });
    const text = await resultMail(id);
    expect(text).toContain('Overridden:');
    expect(text).toMatch(/size by .*carol.*: The sale begins at noon\./);
    const [decided] = await ledgerHas(
      system.stack,
      'the override',
      { requestId: id, topic: 'decision.made' },
      ({ length }) => length > 0,
    );
    expect(decided?.event?.data).toMatchObject({
      decision: {
        overrides: [{ guardrail: 'size', person: 'carol', justification: 'The sale begins at noon.' }],
      },
    });
  });

  it('block what nobody overrode, and advise without blocking', async () => {
    const tooLarge = await ask('resize', { nodes: 12 });
    await mailTo(system.stack, 'bob@example.test', tooLarge);
    await approve('bob', tooLarge);
    expect(await outcome(tooLarge)).toMatchObject({
      status: 'blocked',
      explanation: expect.stringContaining('At most ten nodes.'),
    });
    const renamed = await ask('rename');
    const mail = await mailTo(system.stack, 'bob@example.test', renamed);
    expect(mail.text).toContain('advises against it, and blocks nothing. Names are best left alone.');
    await approve('bob', renamed);
    expect(await outcome(renamed)).toMatchObject({
      status: 'released',
      guardrail: {
        results: expect.arrayContaining([expect.objectContaining({ rule: 'names', verdict: 'advised' })]),
      },
    });
  });

  it('leave a ledger that proves itself, and names what was changed in it', async () => {
    const file = join(folder, 'all.ndjson');
    const answer = await fetch(`${system.stack.urls.audit}/v1/checkpoints/key`, {
      headers: bearer(system.stack.credentials.ledgerReaderKey),
    });
    const key = (await answer.text()).trim();
    const isSigned = async (): Promise<boolean> => {
      // An export never writes over another.
      rmSync(file, { force: true });
      if ((await system.tollgate('audit', 'export', file)).code !== 0) return false;
      return readFileSync(file, 'utf8').includes('"topic":"action.released"');
    };
    await waitUntil('a checkpoint over a release', isSigned, PATIENCE_MS);
    const { code, out } = await system.tollgate('audit', 'verify', file, '--key', key);
    expect(out).toContain('complete: every record from the first one to the checkpoint is there');
    expect(out).toContain('the rules hold');
    expect(code).toBe(0);

    const lines = readFileSync(file, 'utf8').split('\n');
    const at = lines.findIndex((one) => one.includes('"topic":"decision.made"'));
    writeFileSync(file, lines.toSpliced(at, 1).join('\n'));
    const changed = await system.tollgate('audit', 'verify', file, '--key', key);
    expect(changed.code).toBe(1);
    expect(changed.out + changed.err).toContain(`line ${at + 1}, record`);
  });

  it('is asked for its rules and a report, and both are put on record', async () => {
    const rules = await system.tollgate('audit', 'invariants');
    expect({ code: rules.code, broken: rules.out.includes('broken') }).toEqual({ code: 0, broken: false });
    const { code, out } = await system.tollgate('audit', 'report', 'overrides');
    expect(code).toBe(0);
    expect(out).toContain('Guardrails that were overridden');
    const reads = async () => (await system.tollgate('audit', 'report', 'ledger-access', '--csv')).out;
    await waitUntil(
      'the reads are told',
      async () => {
        const told = await reads();
        return told.includes('GET /v1/invariants') && told.includes('GET /v1/reports/overrides');
      },
      PATIENCE_MS,
    );
  });
});
