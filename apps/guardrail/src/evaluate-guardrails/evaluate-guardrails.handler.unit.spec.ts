import { describe, expect, it } from '@jest/globals';
import { decodeEvent, type PolicyPublished } from '@tollgate/contracts';
import { PermanentError, TransientError } from '@tollgate/messaging';
import { compile, type CompiledPolicy, type Delegation } from '@tollgate/policy';
import { createLogger, PolicyRevisions } from '@tollgate/runtime';
import { Registry } from 'prom-client';
import { aDecidedEvent, aVote, type DecidedGiven } from '../testing/a-decided-event.js';
import { A_DIRECTORY, A_POLICY } from '../testing/a-policy.js';
import { aPublishedPolicy } from '../testing/a-published-policy.js';
import { DECLARATION_PATIENCE_MS, DelegationsOfDecisions } from './delegations-of-decisions.js';
import { DistrustAlarm } from './distrust-alarm.js';
import { type DistrustCause } from './distrust.js';
import { EvaluateGuardrailsHandler } from './evaluate-guardrails.handler.js';

const logger = createLogger('guardrail', 'silent');

/** Revisions that were read, without a topic. */
class ReadRevisions extends PolicyRevisions<CompiledPolicy> {
  constructor(private readonly documents: readonly PolicyPublished[]) {
    super({ connection: { brokers: [], clientId: 'spec' }, logger, compile });
  }

  override get highest(): number {
    return this.documents.length;
  }

  override published(revision: number): PolicyPublished | undefined {
    return this.documents[revision - 1];
  }

  override get(revision: number): Promise<CompiledPolicy> {
    const document = this.published(revision);
    return document === undefined
      ? Promise.reject(new PermanentError(`policy revision ${revision} is not on policy.published`))
      : Promise.resolve(compile(document));
  }
}

const FIRST = aPublishedPolicy(1).data;
const DELEGATION_ID = '019a3c2e-7b1a-7c3d-9e4f-5a6b7c8d9e0f';
const delegation: Delegation = {
  ...{ from: 'bob', to: 'alice', declaredBy: 'bob', declaredAs: 'person' },
  ...{ startsAt: '2026-11-01T00:00:00.000Z', endsAt: '2026-11-02T00:00:00.000Z' },
};
const directoryWith = (people: object) => ({
  ...A_DIRECTORY,
  people: { alice: { active: true }, bob: { active: true, roles: ['team-lead'] }, ...people },
});
/** The second revision: published at 10:00:30, between the submission and the vote of the specs. */
const second = (people: object = {}, policy = A_POLICY): PolicyPublished =>
  aPublishedPolicy(2, policy, directoryWith(people)).data;

/** A gate that has read some revisions, and knows a delegation or none; what it says, and its alarms. */
function gate(documents: readonly PolicyPublished[] = [FIRST], declared: readonly Delegation[] = []) {
  const metrics = new Registry();
  let now = 0;
  const delegations = new DelegationsOfDecisions(
    {
      find: (id) => (id === DELEGATION_ID ? declared[0] : undefined),
      readToEnd: () => Promise.resolve(),
    },
    () => now,
  );
  const handler = new EvaluateGuardrailsHandler(
    new ReadRevisions(documents),
    delegations,
    new DistrustAlarm(metrics, logger),
  );
  return {
    waitsFor: (milliseconds: number) => void (now += milliseconds),
    alarms: async () => {
      const metric = await metrics.getSingleMetric('tollgate_distrusted_decisions_total')?.get();
      return (metric?.values ?? []).flatMap(({ labels, value }) => (value > 0 ? [labels['why']] : []));
    },
    judge: async (given: DecidedGiven = {}) => {
      const event = aDecidedEvent('one', given);
      const { topic, key, value } = await handler.evaluate({ event });
      return { topic, ...decodeEvent('guardrail.evaluated', Buffer.from(value ?? ''), key).data.guardrail };
    },
  };
}

const ruledBySecond = { decision: { policyRevision: 2 } };
const at = (time: string): DecidedGiven => ({
  decision: { policyRevision: 2, votes: [aVote({ at: `2026-11-01T${time}Z` })] },
});

describe('given a decision that can be trusted', () => {
  it('when it comes, then the gate passes its word on', async () => {
    expect(await gate().judge()).toMatchObject({ topic: 'guardrail.evaluated', outcome: 'passed' });
  });

  it('when the revision of the decision is another, then that one judges, not the one of the submission', async () => {
    const milder = second({}, { ...A_POLICY, guardrails: [] });
    const far = { target: { region: 'asia-east' } };
    const both = gate([FIRST, milder]);
    expect(await both.judge({ ...far, ...ruledBySecond })).toMatchObject({
      ...{ outcome: 'passed', policyRevision: 2, results: [] },
    });
    expect(await both.judge(far)).toMatchObject({ outcome: 'blocked', policyRevision: 1 });
  });

  it('when its voter left just before the vote, or after it, then it counts', async () => {
    const left = gate([FIRST, second({ bob: { active: false, roles: ['team-lead'] } })]);
    for (const time of ['10:00:29.000', '10:01:30.000'])
      expect(await left.judge(at(time))).toMatchObject({ outcome: 'passed' });
  });

  it('when somebody voted for another by a delegation, then it counts', async () => {
    const votes = [aVote({ person: 'alice', onBehalfOf: 'bob', delegation: DELEGATION_ID })];
    const request = { ...aDecidedEvent('one').data.request, owner: 'erin' };
    expect(await gate([FIRST], [delegation]).judge({ request, decision: { votes } })).toMatchObject({
      outcome: 'passed',
    });
  });
});

describe('given a decision that cannot be trusted', () => {
  it.each<[string, DistrustCause, DecidedGiven, PolicyPublished?]>([
    ['its content is not what was hashed', 'content', { request: { environment: 'elsewhere' } }],
    ['its route is another', 'route', { route: { rule: 'lenient' } }],
    ['its voter is nobody', 'voter', { decision: { votes: [aVote({ person: 'eve' })] } }],
    ['its votes are no quorum', 'quorum', { decision: { votes: [] } }],
    [
      'its revision is older than the submission',
      'revision',
      { request: { policyRevision: 2 }, decision: { policyRevision: 1 } },
      second(),
    ],
    [
      'its revision had been replaced for over an hour',
      'revision',
      { decision: { decidedAt: '2026-11-01T11:00:30.001Z' } },
      second(),
    ],
    [
      'its voter had left',
      'inactive',
      at('10:01:30.001'),
      second({ bob: { active: false, roles: ['team-lead'] } }),
    ],
    [
      'its voter turns out to be who asks',
      'excluded',
      ruledBySecond,
      second({
        bob: {
          ...{ active: true, roles: ['team-lead'] },
          identities: [{ issuer: 'https://issuer.test', subject: 'ci-bot' }],
        },
      }),
    ],
  ])('when %s, then it is refused for ever, with an alarm', async (_, why, given, ...more) => {
    const { judge, alarms } = gate([FIRST, ...more.flatMap((document) => document ?? [])]);
    await expect(judge(given)).rejects.toThrow(PermanentError);
    expect(await alarms()).toEqual([why]);
  });

  it('when somebody voted for another by a delegation that is not declared, then it waits, and is refused', async () => {
    const { judge, alarms, waitsFor } = gate();
    const votes = [aVote({ person: 'alice', onBehalfOf: 'bob', delegation: DELEGATION_ID })];
    const given = { request: { ...aDecidedEvent('one').data.request, owner: 'erin' }, decision: { votes } };
    await expect(judge(given)).rejects.toThrow(TransientError);
    expect(await alarms()).toEqual([]);
    waitsFor(DECLARATION_PATIENCE_MS);
    await expect(judge(given)).rejects.toThrow(/was never declared/);
    expect(await alarms()).toEqual(['delegation']);
  });

  it('when a delegation is for somebody else, then it is refused', async () => {
    const votes = [aVote({ person: 'alice', onBehalfOf: 'bob', delegation: DELEGATION_ID })];
    const given = { request: { ...aDecidedEvent('one').data.request, owner: 'erin' }, decision: { votes } };
    const { judge, alarms } = gate([FIRST], [{ ...delegation, to: 'carol' }]);
    await expect(judge(given)).rejects.toThrow(/does not let alice vote for bob/);
    expect(await alarms()).toEqual(['delegation']);
  });
});
