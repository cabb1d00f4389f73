import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type DelegationDocument, type RequestStatusDocument } from '@tollgate/contracts';
import { waitUntil } from '@tollgate/servers';
import { mailTo } from './approver/mailbox.js';
import { tokenOf, vote } from './approver/vote-by-token.js';
import { bearer, call, statusOf, submit } from './system/intake-client.js';
import { ledgerHas } from './system/ledger-client.js';
import { type RunningSystem, startSystem } from './system/running-system.js';

jest.setTimeout(90_000);

let system: RunningSystem;

const request = (region = 'eu-west') => ({
  ...{ action: 'deploy_prod', environment: 'production', riskLevel: 'high' },
  ...{ target: { service: 'checkout', region }, parameters: {}, reason: 'A test of delegations' },
});
async function submitted(): Promise<RequestStatusDocument> {
  const { status, body } = await submit(system.stack, request());
  expect(status).toBe(202);
  return body;
}
const absences = '/v1/delegations';
async function asPerson<Body>(person: string, method: string, path: string, body?: object) {
  return call<Body>(`${system.stack.urls.notifier}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...bearer(await tokenOf(system.stack, person)),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
async function approvedBy(person: string, id: string) {
  const token = await tokenOf(system.stack, person);
  let answer = await vote(system.stack, token, id, 'approve');
  await waitUntil(
    `${person} is heard on ${id}`,
    async () => {
      if (answer.status !== 200) answer = await vote(system.stack, token, id, 'approve');
      return answer.status === 200;
    },
    15_000,
  );
  return answer;
}

describe('standing for somebody', () => {
  beforeAll(async () => {
    system = await startSystem();
  }, 150_000);
  afterAll(() => system?.stop(), 60_000);

  it('an absence: the delegate is asked, votes, it is released, and the ledger has all of it', async () => {
    const endsAt = new Date(Date.now() + 3_600_000).toISOString();
    const declared = await asPerson<DelegationDocument>('erin', 'POST', absences, {
      to: 'bob',
      endsAt,
      reason: 'on holiday',
    });
    expect(declared).toMatchObject({ status: 201, body: { state: 'in-force' } });
    const delegation = declared.body.id;
    const { id } = await submitted();
    // At once: the gate may hear of the decision before it hears of the declaration.
    await approvedBy('bob', id);
    const { status, decision, release } = await statusOf(system.stack, id, 20);
    expect(status).toBe('released');
    expect(decision?.votes).toMatchObject([{ person: 'bob', onBehalfOf: 'erin', delegation, counted: true }]);
    expect(decision?.explanation).toBe('Approved by bob for erin.');
    expect(release?.token).toBeDefined();

    const [record] = await ledgerHas(
      system.stack,
      'the declaration',
      { topic: 'delegation.declared', person: 'bob' },
      (records) => records.length > 0,
    );
    expect(record).toMatchObject({
      key: delegation,
      outcome: 'declared',
      event: { data: { from: 'erin', to: 'bob' } },
    });
    await ledgerHas(
      system.stack,
      'the vote',
      { topic: 'vote.cast', requestId: id, person: 'erin' },
      (found) => found.length === 1,
    );

    expect(await asPerson('erin', 'DELETE', `${absences}/${delegation}`)).toMatchObject({ status: 200 });
    await ledgerHas(
      system.stack,
      'the revocation',
      { topic: 'delegation.declared', outcome: 'revoked' },
      (records) => records.some(({ key }) => key === delegation),
    );
    const after = await submitted();
    await mailTo(system.stack, 'erin@example.test', after.id);
    expect(await vote(system.stack, await tokenOf(system.stack, 'bob'), after.id, 'approve')).toMatchObject({
      status: 403,
      body: { detail: expect.stringMatching(/was revoked at/) },
    });
  });

  it('a reassignment by an operator: what waits already is mailed to the delegate, who decides it', async () => {
    const { id } = await submitted();
    await mailTo(system.stack, 'erin@example.test', id);
    const refused = await system.tollgate(
      'approvals',
      'reassign',
      id,
      '--from',
      'erin',
      '--to',
      'alice',
      '--reason',
      'x',
    );
    expect(refused).toMatchObject({ code: 64, err: expect.stringMatching(/\/to/) });
    const reassigned = await system.tollgate(
      ...['approvals', 'reassign', id, '--from', 'erin', '--to', 'carol', '--reason', 'erin is ill'],
    );
    expect(reassigned).toMatchObject({ code: 0, out: expect.stringMatching(/carol is asked for erin/) });
    const mail = await mailTo(system.stack, 'carol@example.test', id);
    expect(JSON.stringify(mail)).toContain('You stand for');
    expect((await system.tollgate('delegations', 'list')).out).toMatch(
      new RegExp(`in-force +erin +carol .*${id}`),
    );
    await approvedBy('carol', id);
    expect(await statusOf(system.stack, id, 20)).toMatchObject({
      status: 'released',
      decision: { explanation: 'Approved by carol for erin.' },
    });
    await ledgerHas(
      system.stack,
      'the delegation',
      { topic: 'delegation.declared', requestId: id },
      (records) => records.length > 0,
    );
    const trail = await call<{ events: { what: string }[] }>(`${system.stack.urls.audit}/v1/requests/${id}`, {
      headers: bearer(system.stack.credentials.ledgerReaderKey),
    });
    expect(trail.body.events.map(({ what }) => what)).toEqual(
      expect.arrayContaining([expect.stringMatching(/lets carol vote for erin on this request/)]),
    );
  });
});
