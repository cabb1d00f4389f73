import { readFileSync } from 'node:fs';
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { releaseIdFor } from '@tollgate/contracts';
import { syntheticSecrets, waitUntil } from '@tollgate/servers';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { exampleBody, exampleDecision, exampleJudgement, exampleRoute } from '../testing/example.js';
import { redeem } from '../testing/redeemer.js';
import { type MadeRelease, ReleaseMaker } from '../testing/release-maker.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

jest.setTimeout(60_000);

describe('what is not redeemed', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let maker: ReleaseMaker;
  let executor: string;
  let ours: KeyObject;
  const theirs = generateKeyPairSync('ed25519').privateKey;

  const refused = { status: 422, cause: 'not-our-release' };
  const stateOf = async (requestId: string) => (await maker.shown(requestId)).state;

  beforeAll(async () => {
    system = await TestSystem.create('refused');
    intake = await system.start();
    maker = new ReleaseMaker(system, intake, await system.producer(intake, 'ci-bot', 'alice'));
    executor = await maker.createKey('ci-bot', { scopes: ['releases:redeem'] });
    const jwk = JSON.parse(readFileSync(system.file('release-key.json'), 'utf8'));
    ours = createPrivateKey({ key: jwk, format: 'jwk' });
  });
  afterAll(() => system.destroy());

  type Forgery = (
    release: MadeRelease,
    claims: JWTPayload,
    header: { kid: string },
  ) => Promise<string> | string;
  const signed = (claims: JWTPayload, header: { kid: string }, key: KeyObject) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'tollgate-release+jwt', ...header })
      .sign(key);

  it.each<[string, Forgery]>([
    [
      'altered claims',
      ({ token }) => {
        const [header, claims = '', signature] = token.split('.');
        const altered = Buffer.from(claims, 'base64url').toString().replace('ci-bot', 'ci-bob');
        return [header, Buffer.from(altered).toString('base64url'), signature].join('.');
      },
    ],
    [
      'an altered signature',
      ({ token }) => `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`,
    ],
    ['no signature: alg none', (_release, claims) => new UnsecuredJWT(claims).encode()],
    [
      'no signature under our kid',
      ({ token }, _claims, { kid }) => {
        const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'tollgate-release+jwt', kid }));
        return `${header.toString('base64url')}.${token.split('.')[1]}.`;
      },
    ],
    [
      'our public key as a shared secret',
      (_release, claims, { kid }) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'tollgate-release+jwt', kid })
          .sign(Buffer.from('ours'.repeat(8))),
    ],
    ['another key under our kid', (_release, claims, header) => signed(claims, header, theirs)],
    ['another key under a kid of its own', (_release, claims) => signed(claims, { kid: 'theirs' }, theirs)],
    [
      'another issuer, signed by us',
      (_release, claims, header) => signed({ ...claims, iss: 'https://elsewhere.example' }, header, ours),
    ],
    [
      'another type, signed by us',
      (_release, claims, { kid }) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid }).sign(ours),
    ],
    [
      'a longer life, signed by us',
      (_release, claims, header) => signed({ ...claims, exp: (claims.exp ?? 0) + 3600 }, header, ours),
    ],
    [
      'the id of another release, signed by us',
      (_release, claims, header) => signed({ ...claims, jti: releaseIdFor('another') }, header, ours),
    ],
    [
      'no request, signed by us',
      (_release, { sub: _sub, ...claims }, header) => signed(claims, header, ours),
    ],
    ['words that are no token', () => 'let me in'],
    [
      "an approver's token",
      (_release, _claims) =>
        new SignJWT({ sub: 'erin', iss: 'https://tollgate.local/development', aud: 'tollgate-approvals' })
          .setProtectedHeader({ alg: 'EdDSA', kid: 'development' })
          .sign(theirs),
    ],
  ])('%s', async (_name, forge) => {
    const release = await maker.release();
    const { kid = '' } = decodeProtectedHeader(release.token);
    const forged = await forge(release, decodeJwt(release.token), { kid });
    expect(await redeem(intake, executor, forged)).toMatchObject(refused);
    expect(await stateOf(release.request.id)).toBe('unused');
    expect(await redeem(intake, executor, release.token)).toMatchObject({ status: 200 });
  });

  it('by another credential than that of the audience', async () => {
    const { token, request } = await maker.release();
    const otherKey = await system.producer(intake, 'other-bot', 'bob');
    const other = await maker.createKey('other-bot', { scopes: ['releases:redeem', 'requests:read'] });
    const executorOfIt = await maker.createKey('ci-bot', { executor: 'deployer' });
    for (const key of [maker.key, otherKey, OPERATOR_KEY, other, executorOfIt])
      expect(await redeem(intake, key, token)).toMatchObject({ status: 403, cause: 'forbidden' });
    const approver = await new SignJWT({ sub: 'erin' }).setProtectedHeader({ alg: 'EdDSA' }).sign(theirs);
    expect(await redeem(intake, approver, token)).toMatchObject({ status: 401 });
    expect(await intake.call('/v1/releases/redeem', { body: { token } })).toMatchObject({ status: 401 });
    expect(await stateOf(request.id)).toBe('unused');
  });

  it('by the producer itself, where the policy names an executor of it as the audience', async () => {
    const { token, audience, request } = await maker.release({ route: { executor: 'deployer' } });
    expect(audience).toBe('ci-bot/deployer');
    const named = await maker.createKey('ci-bot', { executor: 'deployer' });
    const another = await maker.createKey('ci-bot', { executor: 'tester' });
    await system.producer(intake, 'elsewhere', 'bob');
    const namesake = await maker.createKey('elsewhere', { executor: 'deployer' });
    for (const key of [executor, another, namesake])
      expect(await redeem(intake, key, token)).toMatchObject({ status: 403 });
    expect(await redeem(intake, named, token)).toMatchObject({
      status: 200,
      body: { audience: 'ci-bot/deployer' },
    });
    // An executor acts; it asks for nothing and takes nothing back.
    expect(await intake.call('/v1/requests', { key: named, body: exampleBody() })).toMatchObject({
      status: 403,
    });
    const open = await system.submit(intake, maker.key);
    expect(
      await intake.call(`/v1/requests/${open.id}/withdraw`, { key: named, method: 'POST' }),
    ).toMatchObject({ status: 403 });
    expect(await intake.call(`/v1/requests/${request.id}`, { key: named })).toMatchObject({ status: 200 });
  });

  it.each(['submit', 'policy:propose', 'operate'])(
    'a key of an executor cannot be made to %s',
    async (scope) => {
      const answer = await intake.call('/v1/producers/ci-bot/keys', {
        key: OPERATOR_KEY,
        body: { executor: 'deployer', scopes: [scope] },
      });
      expect(answer.status).toBe(422);
    },
  );

  it('with a secret in the place of the Idempotency-Key, and the release stays unused', async () => {
    const { request, token } = await maker.release();
    const taken: string[] = [];
    for (const { kind, value, text } of syntheticSecrets(1, 11).filter(
      ({ text: { length } }) => length <= 200,
    )) {
      if (/[^\x21-\x7e]/.test(text)) continue;
      const answer = await redeem(intake, executor, token, { idempotencyKey: text });
      if (answer.status !== 422 || answer.cause !== 'secret-detected') taken.push(`${kind}: ${answer.cause}`);
      expect(answer.text).not.toContain(value);
    }
    expect(taken).toEqual([]);
    expect(await stateOf(request.id)).toBe('unused');
    expect(await redeem(intake, executor, token, { idempotencyKey: 'deploy-42' })).toMatchObject({
      status: 200,
    });
  });

  it('what was withdrawn or given up, with a token that we signed ourselves', async () => {
    const { token } = await maker.release();
    const claims = decodeJwt(token);
    const { kid = '' } = decodeProtectedHeader(token);
    const request = await system.submit(intake, maker.key);
    const forged = await signed({ ...claims, sub: request.id, jti: releaseIdFor(request.id) }, { kid }, ours);
    expect(await redeem(intake, executor, forged)).toMatchObject(refused);
    const withdrawal = await intake.call(`/v1/requests/${request.id}/withdraw`, {
      key: maker.key,
      method: 'POST',
    });
    expect(withdrawal.status).toBe(202);
    await maker.judged(
      exampleJudgement(request, {
        route: exampleRoute(),
        decision: exampleDecision({ decidedAt: new Date().toISOString() }),
      }),
    );
    await waitUntil(
      'the verdict',
      async () =>
        (await intake.call(`/v1/requests/${request.id}`, { key: maker.key })).body.guardrail !== undefined,
      15_000,
    );
    expect(await redeem(intake, executor, forged)).toMatchObject(refused);
  });
});
