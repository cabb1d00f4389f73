import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type JsonObject } from '@tollgate/contracts';
import { syntheticSecrets } from '@tollgate/servers';
import { type Documents, shippedDocuments } from '../testing/policy-documents.js';
import { Proposer } from '../testing/proposer.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

jest.setTimeout(60_000);

interface ProblemBody {
  type: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

describe('a policy that is proposed', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let proposer: Proposer;
  let shipped: Documents;

  beforeAll(async () => {
    system = await TestSystem.create('proposal_bodies');
    intake = await system.start();
    proposer = await Proposer.register(system, intake);
    shipped = shippedDocuments(system.config());
  }, 60_000);
  afterAll(() => system.destroy());

  describe('is refused with nothing kept', () => {
    const line = { id: 'x', action: 'x', riskLevel: '*', environment: '*' };
    const matrix = (more: object) => ({
      ...shipped,
      policy: { ...shipped.policy, matrix: [...(shipped.policy['matrix'] as object[]), more] },
    });
    const matrix0 = (more: JsonObject): Documents => {
      const [first, ...others] = shipped.policy['matrix'] as JsonObject[];
      return { ...shipped, policy: { ...shipped.policy, matrix: [{ ...first, ...more }, ...others] } };
    };
    const withPerson = (name: string, role: string): Documents => {
      const people = {
        ...(shipped.directory['people'] as JsonObject),
        [name]: { active: true, roles: [role] },
      };
      return { ...shipped, directory: { ...shipped.directory, people } };
    };
    it.each<[string, number, () => unknown, string | RegExp]>([
      ['malformed JSON', 400, () => '{"policy": ', ''],
      ['no object', 422, () => '[]', ''],
      ['a member twice', 422, () => '{"policy":{},"policy":{}}', '/policy'],
      ['deep nesting', 422, () => `{"policy":${'['.repeat(500)}${']'.repeat(500)}}`, /^\/policy\/0\/0/],
      ['wrong types', 422, () => ({ policy: [], directory: 7 }), '/policy'],
      ['an unknown member', 422, () => ({ ...shipped, extra: 1 }), '/extra'],
      ['a wrong base', 422, () => ({ ...shipped, basedOn: 'x' }), '/basedOn'],
      [
        'an unknown field of a line',
        422,
        () => matrix({ ...line, decide: 'deny', by: 1 }),
        /^\/policy\/matrix\/\d+\/by$/,
      ],
      [
        'an unknown role',
        422,
        () => matrix({ ...line, decide: { role: 'king' } }),
        /^\/policy\/matrix\/\d+\/decide/,
      ],
      [
        'a directory with a fault',
        422,
        () => ({ ...shipped, directory: { ...shipped.directory, people: { bob: {} } } }),
        /^\/directory\/people\/bob/,
      ],
      [
        'CEL that would run long',
        422,
        () =>
          matrix({
            ...line,
            decide: 'deny',
            when: 'target.a.all(x, target.a.all(y, target.a.all(z, x == z)))',
          }),
        /^\/policy\/matrix\/\d+\/when$/,
      ],
      [
        'CEL that is no CEL',
        422,
        () => matrix({ ...line, decide: 'deny', when: `${'('.repeat(5000)}1` }),
        /^\/policy\/matrix\/\d+\/when$/,
      ],
      [
        'no line for policy.publish',
        422,
        () => ({
          ...shipped,
          policy: {
            ...shipped.policy,
            matrix: (shipped.policy['matrix'] as { action: string }[]).filter(
              ({ action }) => action !== 'policy.publish',
            ),
          },
        }),
        '/policy/matrix',
      ],
    ])('%s', async (_name, status, documents, pointer) => {
      const before = await system.query('SELECT count(*) FROM policy_proposal');
      const answer = await proposer.propose<ProblemBody>(documents());
      expect(answer).toMatchObject({ status, body: { type: expect.stringContaining('problems/') } });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      if (status === 422)
        expect(answer.body.errors?.map((fault) => fault.pointer)).toContainEqual(
          typeof pointer === 'string' ? pointer : expect.stringMatching(pointer),
        );
      expect(await system.query('SELECT count(*) FROM policy_proposal')).toEqual(before);
    });

    it('a secret anywhere in the documents, of which nothing is repeated', async () => {
      const before = await system.query('SELECT count(*) FROM policy_proposal');
      const places: readonly [string, (text: string) => Documents][] = [
        ['/policy/matrix/0/note', (note) => matrix0({ note })],
        ['/directory/people/zoe/roles/0', (role) => withPerson('zoe', role)],
        ['/directory/people/[secret]', (name) => withPerson(name, 'developer')],
      ];
      for (const { value, text } of syntheticSecrets(1, 6).slice(0, 4))
        for (const [pointer, documents] of places) {
          const answer = await proposer.propose<ProblemBody>(documents(text), { reason: 'As agreed' });
          expect(answer).toMatchObject({
            status: 422,
            body: { type: expect.stringMatching(/secret-detected$/) },
          });
          expect(answer.body.errors?.map((fault) => fault.pointer)).toContainEqual(pointer);
          expect(answer.text).not.toContain(value);
        }
      expect(await system.query('SELECT count(*) FROM policy_proposal')).toEqual(before);
    });

    it('too large a body, before it is read', async () => {
      expect(await proposer.propose(shipped, { reason: 'x'.repeat(9 * 1024 * 1024) })).toMatchObject({
        status: 413,
      });
    });

    it('a key without the scope, the operators’ own key, and no key', async () => {
      expect(await proposer.propose(shipped, {}, { key: proposer.plainKey })).toMatchObject({ status: 403 });
      expect(await proposer.propose(shipped, {}, { key: OPERATOR_KEY })).toMatchObject({ status: 403 });
      expect(await proposer.propose('x'.repeat(9 * 1024 * 1024), {}, { key: 'unknown' })).toMatchObject({
        status: 401,
      });
    });

    it('documents of another content type', async () => {
      expect(
        await proposer.propose(shipped, {}, { headers: { 'content-type': 'text/plain' } }),
      ).toMatchObject({
        status: 415,
      });
    });
  });

  it('of 8 MiB is checked and published while the service goes on answering', async () => {
    const { policy, directory } = await proposer.ruling();
    const people = Object.fromEntries(
      Array.from({ length: 36_800 }, (_, index) => [
        `person-${index}`,
        {
          active: true,
          roles: ['developer'],
          identities: [
            {
              issuer: 'https://sign-in.example.test/tenant/0123456789',
              subject: `subject-of-person-${index}-${'x'.repeat(60)}`,
            },
          ],
        },
      ]),
    );
    const large: Documents = {
      policy,
      directory: { ...directory, people: { ...(directory['people'] as object), ...people } },
    };
    const before = await proposer.highest();
    const size = JSON.stringify(large).length;
    expect([size > 7.5 * 1024 * 1024, size < 8 * 1024 * 1024, size]).toEqual([true, true, size]);
    let answered = 0;
    let done = false;
    const asking = (async () => {
      while (!done) {
        expect((await intake.call('/v1/requests?limit=1', { key: proposer.plainKey })).status).toBe(200);
        answered += 1;
      }
    })();
    const answer = await proposer.propose(large);
    done = true;
    await asking;
    expect(answer).toMatchObject({ status: 202 });
    // Were it checked on the main thread, one or two would be answered.
    expect(answered).toBeGreaterThan(20);
    const request = await proposer.requestOf(answer.body.id);
    expect(request.parameters['changes']).toHaveLength(51);
    await proposer.judge(request);
    await proposer.final(request.id);
    await proposer.rules(before + 1);
    expect(Object.keys((await proposer.ruling()).directory['people'] as object)).toHaveLength(36_805);

    expect(
      await intake.call('/v1/policy/explain', {
        key: proposer.plainKey,
        body: { action: 'deploy_prod', environment: 'production', riskLevel: 'high' },
      }),
    ).toMatchObject({ status: 200, body: { line: 'deploy-prod-high', revision: before + 1 } });

    const tooMuch = { policy, directory: { ...large.directory, notes: 'x'.repeat(1024 * 1024) } };
    expect(await proposer.propose<ProblemBody>(tooMuch)).toMatchObject({
      status: 413,
      body: { type: expect.stringContaining('/too-large') },
    });
  }, 120_000);
});
