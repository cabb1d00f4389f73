import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type GuardrailEvaluated } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { exampleBody, exampleDecision, exampleJudgement } from '../testing/example.js';
import { redeem } from '../testing/redeemer.js';
import { ReleaseMaker } from '../testing/release-maker.js';
import { type TestIntake } from '../testing/test-intake.js';
import { PUBLIC_URL, TestSystem } from '../testing/test-system.js';
import { type PublicReleaseKey, releaseKey } from './release-key.js';

jest.setTimeout(60_000);

describe('a rotation of the release key', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let folder: string;
  let producer: string;
  let executor: string;
  let released: readonly IncomingRecord[];

  const put = (name: string): string => {
    const text = JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
    writeFileSync(join(folder, name), text);
    return releaseKey(text).publicJwk.kid;
  };
  const kidOf = (token: string) => decodeProtectedHeader(token).kid;
  const judgementOf = async (maker: ReleaseMaker): Promise<GuardrailEvaluated> => {
    const request = await system.submit(intake, maker.key, exampleBody());
    const decision = exampleDecision({ decidedAt: new Date().toISOString() });
    return exampleJudgement(request, { decision });
  };

  beforeAll(async () => {
    system = await TestSystem.create('rotation');
    folder = system.file('keys');
    mkdirSync(folder);
    released = await system.follow('action.released');
  });
  afterAll(() => system.destroy());

  it('leaves every token as it was made, and every key where verifiers find it', async () => {
    const first = put('2026-01.json');
    intake = await system.start({ releaseKeyFile: folder });
    producer = await system.producer(intake, 'ci-bot', 'alice');
    let maker = new ReleaseMaker(system, intake, producer);
    executor = await maker.createKey('ci-bot', { scopes: ['releases:redeem'] });
    const judgement = await judgementOf(maker);
    await maker.judged(judgement);
    const before = await maker.shown(judgement.request.id);
    expect(kidOf(before.token)).toBe(first);

    // The second intake starts with the new key, while the first still runs with the old one.
    const second = put('2026-07.json');
    const old = intake;
    intake = await system.start({ releaseKeyFile: folder });
    await old.stop();
    maker = new ReleaseMaker(system, intake, producer);
    await maker.judged(judgement);
    const next = await maker.release();
    expect(kidOf(next.token)).toBe(second);
    // What came after the repeated verdict is through, and so is that.
    expect(await maker.shown(judgement.request.id)).toEqual(before);
    await waitUntil('the later release', () => released.some(({ key }) => key === next.request.id), 15_000);
    const again = released.filter(({ key }) => key === judgement.request.id);
    expect(again.map(({ value }) => JSON.parse(String(value)).data.release.token)).toEqual([before.token]);
    expect(await intake.metric('tollgate_diverged_total')).toBe(0);

    const { body, headers } = await intake.call<{ keys: PublicReleaseKey[] }>('/.well-known/jwks.json');
    expect(body.keys.map(({ kid }) => kid)).toEqual([second, first]);
    expect(headers.get('content-type')).toContain('application/jwk-set+json');
    expect(JSON.stringify(body)).not.toContain('"d"');
    const jwks = createRemoteJWKSet(new URL(`${intake.url}/.well-known/jwks.json`));
    for (const { token } of [before, next])
      await jwtVerify(token, jwks, { issuer: PUBLIC_URL, audience: 'ci-bot', algorithms: ['EdDSA'] });

    expect(await redeem(intake, executor, before.token)).toMatchObject({ status: 200 });
    expect(await redeem(intake, executor, next.token)).toMatchObject({ status: 200 });
  });

  it('keeps a key on record whose file is gone; nobody can take one off', async () => {
    const { body } = await intake.call<{ keys: PublicReleaseKey[] }>('/.well-known/jwks.json');
    const other = system.file('alone.json');
    writeFileSync(other, readFileSync(join(folder, '2026-07.json')));
    const later = await system.start({ releaseKeyFile: other });
    expect((await later.call<{ keys: PublicReleaseKey[] }>('/.well-known/jwks.json')).body).toEqual(body);
    const rights = await system.query<{ privilege_type: string }>(
      `SELECT privilege_type FROM information_schema.table_privileges
       WHERE table_name IN ('release_key', 'release_end') AND grantee = 'intake' ORDER BY 1`,
    );
    expect(new Set(rights.map(({ privilege_type }) => privilege_type))).toEqual(
      new Set(['INSERT', 'SELECT']),
    );
  });
});
