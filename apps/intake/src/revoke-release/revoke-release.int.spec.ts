import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, newRequestId } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { redeem } from '../testing/redeemer.js';
import { ReleaseMaker } from '../testing/release-maker.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';
import { type ReleaseDocument } from './release-document.js';

jest.setTimeout(60_000);

describe('a release that is taken back', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let maker: ReleaseMaker;
  let executor: string;
  let revoked: readonly IncomingRecord[];

  const show = (id: string, key = maker.key) => intake.call<ReleaseDocument>(`/v1/releases/${id}`, { key });
  const revoke = (id: string, key = maker.key, body: unknown = { reason: 'the build is broken' }) =>
    intake.call<ReleaseDocument>(`/v1/releases/${id}/revoke`, { key, body });

  beforeAll(async () => {
    system = await TestSystem.create('revoke');
    intake = await system.start();
    maker = new ReleaseMaker(system, intake, await system.producer(intake, 'ci-bot', 'alice'));
    executor = await maker.createKey('ci-bot', { scopes: ['releases:redeem'] });
    revoked = await system.follow('release.revoked');
  });
  afterAll(() => system.destroy());

  it('is redeemed no more; it is on record by whom and why, once', async () => {
    const { id, token, request, expiresAt } = await maker.release();
    expect(await show(id)).toMatchObject({
      status: 200,
      body: { id, requestId: request.id, state: 'unused', audience: 'ci-bot', expiresAt },
    });
    const answer = await revoke(id);
    expect(answer).toMatchObject({
      status: 200,
      body: { id, state: 'revoked', endedBy: 'ci-bot', reason: 'the build is broken' },
    });
    expect(answer.text).not.toContain(token);
    expect(await redeem(intake, executor, token)).toMatchObject({ status: 410, cause: 'release-revoked' });
    // Again changes nothing, whatever it says.
    expect((await revoke(id, OPERATOR_KEY, { reason: 'other' })).body).toEqual(answer.body);
    expect((await show(id)).body).toEqual(answer.body);
    expect(await maker.shown(request.id)).toMatchObject({ state: 'revoked', endedAt: answer.body.endedAt });
    await waitUntil('the event', () => revoked.some(({ key }) => key === id), 15_000);
    const records = revoked.filter(({ key }) => key === id);
    expect(records).toHaveLength(1);
    expect(decodeEvent('release.revoked', records[0]?.value ?? null, id)).toMatchObject({
      subject: request.id,
      data: {
        requestId: request.id,
        releaseId: id,
        audience: 'ci-bot',
        revokedBy: 'ci-bot',
        reason: 'the build is broken',
        revokedAt: answer.body.endedAt,
      },
    });
  });

  it('cannot be taken back once it was redeemed', async () => {
    const { id, token } = await maker.release();
    expect(await redeem(intake, executor, token)).toMatchObject({ status: 200 });
    expect(await revoke(id)).toMatchObject({
      status: 409,
      body: { type: 'https://tollgate.dev/problems/release-used' },
    });
    expect(await show(id)).toMatchObject({ body: { state: 'redeemed', endedBy: 'ci-bot' } });
  });

  it('is taken back by its producer, by the scope for it, and by operators; by nobody else', async () => {
    const other = await system.producer(intake, 'other-bot', 'bob');
    const reader = await maker.createKey('other-bot', { scopes: ['requests:read'] });
    const revoker = await maker.createKey('other-bot', { scopes: ['releases:revoke'] });
    const deployer = await maker.createKey('ci-bot', { executor: 'deployer' });
    const { id, request } = await maker.release();
    expect(await revoke(id, other)).toMatchObject({ status: 404 });
    expect(await show(id, other)).toMatchObject({ status: 404 });
    expect(await revoke(id, reader)).toMatchObject({ status: 403 });
    expect(await revoke(id, deployer)).toMatchObject({ status: 403 });
    expect((await maker.shown(request.id)).state).toBe('unused');
    expect(await revoke(id, revoker, {})).toMatchObject({ status: 200, body: { endedBy: 'other-bot' } });
    const second = await maker.release();
    expect(await revoke(second.id, OPERATOR_KEY)).toMatchObject({
      status: 200,
      body: { endedBy: 'operator' },
    });
  });

  it.each(['nonsense', newRequestId()])('is not found by %s', async (id) => {
    expect(await revoke(id, OPERATOR_KEY)).toMatchObject({ status: 404 });
    expect(await show(id, OPERATOR_KEY)).toMatchObject({ status: 404 });
  });
});
