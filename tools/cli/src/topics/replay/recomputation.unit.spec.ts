import { describe, expect, it } from '@jest/globals';
import {
  documentHash,
  type EventTopic,
  newEvent,
  type ServiceName,
  type TopicEvent,
} from '@tollgate/contracts';
import { compile, judgeAtGate, requestOf, resolveRoute } from '@tollgate/policy';
import { createTerminal } from '../../terminal/terminal.js';
import { Recomputation } from './recomputation.js';
import { grownTopics, replayText } from './replay-text.js';

const directory = {
  roles: ['lead'],
  groups: [],
  people: { erin: { active: true, roles: ['lead'] }, frank: { active: true, roles: ['lead'] } },
};
const policy = {
  version: 1,
  matrix: [{ id: 'all', action: '*', riskLevel: '*', environment: '*', decide: 'lead' }],
  checkpoints: { default: { timeout: 'PT4H', onSilence: 'deny' } },
  guardrails: [
    { id: 'regions', kind: 'allowed', field: 'target.region', values: ['us-east'], reason: 'Not there.' },
  ],
  releaseValidity: 'PT15M',
};
const compiled = compile({ revision: 1, policy, directory });
const ID = '018f0000-0000-7000-8000-000000000001';
const AT = '2026-11-02T09:00:00.000Z';

const request = {
  ...requestOf({ action: 'deploy_prod', risk: 'low', at: AT, target: { region: 'us-east' } }, 1),
  id: ID,
};
const route = resolveRoute(compiled, request);
const decision = {
  outcome: 'approved' as const,
  decidedBy: 'people' as const,
  step: 0,
  openedAt: AT,
  votes: [],
  overrides: [],
  decidedAt: AT,
  explanation: 'as said',
  policyRevision: 1,
};
const guardrail = judgeAtGate(compiled, { request, route, decision });

/** An event as it comes back from a topic. */
function event<Topic extends EventTopic>(
  topic: Topic,
  service: ServiceName,
  data: TopicEvent<Topic>['data'],
): TopicEvent<Topic> {
  return JSON.parse(
    JSON.stringify(newEvent<Topic>({ topic, service, key: ID, requestId: ID, time: AT, data })),
  ) as TopicEvent<Topic>;
}
const published = event('policy.published', 'intake', {
  revision: 1,
  documentHash: documentHash(policy, directory),
  policy,
  directory,
  origin: 'first-start',
  publishedAt: AT,
});
const submitted = event('request.submitted', 'intake', { request });
const routed = event('route.resolved', 'router', { request, route });
const decided = event('decision.made', 'notifier', { request, route, decision });
const judged = event('guardrail.evaluated', 'guardrail', { request, route, decision, guardrail });

/** All topics in their order, with one of them changed. */
function recompute(change: {
  published?: TopicEvent<'policy.published'>[];
  submitted?: TopicEvent<'request.submitted'>[];
  routed?: TopicEvent<'route.resolved'>[];
  decided?: TopicEvent<'decision.made'>[];
  judged?: TopicEvent<'guardrail.evaluated'>[];
}) {
  const recomputation = new Recomputation();
  for (const one of change.published ?? [published]) recomputation.takePolicy(one);
  for (const one of change.submitted ?? [submitted]) recomputation.takeSubmission(one);
  for (const one of change.routed ?? [routed]) recomputation.takeRoute(one);
  for (const one of change.decided ?? [decided]) recomputation.takeDecision(one);
  for (const one of change.judged ?? [judged]) recomputation.takeJudgement(one);
  return recomputation.verdict();
}
const pointers = (change: Parameters<typeof recompute>[0]) =>
  recompute(change).mismatches.map(({ topic, requestId, differences }) => [
    topic,
    requestId,
    ...differences.map(({ pointer }) => pointer),
  ]);

describe('a recomputation', () => {
  it('finds nothing where all is as it should be, also where events came twice', () => {
    const nothing = {
      routes: 1,
      judgements: 1,
      unanswered: { requests: 0, decisions: 0 },
      wrong: 0,
      mismatches: [],
    };
    expect(recompute({})).toEqual(nothing);
    expect(recompute({ routed: [routed, routed], judged: [judged, judged] })).toEqual(nothing);
  });

  it('names what a forged route says otherwise, with both sides', () => {
    const [step] = route.plan;
    const forged = structuredClone(routed);
    forged.data.route.plan[0]?.approvers.push({ person: 'mallory', via: ['role:lead'] });
    expect(step?.approvers).toHaveLength(2);
    const { mismatches, wrong } = recompute({ routed: [forged] });
    expect(wrong).toBe(1);
    expect(mismatches).toEqual([
      {
        topic: 'route.resolved',
        requestId: ID,
        differences: [
          {
            pointer: '/route/plan/0/approvers/2',
            recorded: JSON.stringify({ person: 'mallory', via: ['role:lead'] }),
          },
        ],
      },
    ]);
  });

  it('names a judgement that lets pass what is blocked', () => {
    const elsewhere = { ...request, target: { region: 'eu-west' } };
    const forged = structuredClone(judged);
    forged.data.request = elsewhere;
    const made = structuredClone(decided);
    made.data.request = elsewhere;
    expect(pointers({ decided: [made], judged: [forged] })).toEqual([
      [
        'guardrail.evaluated',
        ID,
        '/guardrail/outcome',
        '/guardrail/results/0/verdict',
        '/guardrail/results/0/reason',
      ],
    ]);
  });

  it('names what does not belong to its cause', () => {
    const other = structuredClone(submitted);
    other.data.request.reason = 'another';
    expect(pointers({ submitted: [other] })).toEqual([['route.resolved', ID, '/request']]);
    expect(pointers({ submitted: [] })).toEqual([['route.resolved', ID, '/request']]);
    const changed = structuredClone(decided);
    changed.data.decision.outcome = 'denied';
    expect(pointers({ decided: [changed] })).toEqual([['guardrail.evaluated', ID, '/decision']]);
    expect(pointers({ routed: [{ ...routed, id: judged.id }] })).toEqual([['route.resolved', ID, '/id']]);
  });

  it('names a revision that is not on its topic', () => {
    expect(pointers({ published: [] })).toEqual([
      ['route.resolved', ID, '/request/policyRevision'],
      ['guardrail.evaluated', ID, '/decision/policyRevision'],
    ]);
  });

  it('counts what is not answered yet', () => {
    expect(recompute({ routed: [], judged: [] })).toMatchObject({
      wrong: 0,
      unanswered: { requests: 1, decisions: 1 },
    });
  });
});

describe('the text of a replay', () => {
  const terminal = createTerminal({
    json: false,
    colour: false,
    out: { write: () => 0 },
    err: { write: () => 0 },
  });
  const textOf = (
    change: Parameters<typeof recompute>[0],
    grown: { topic: string; records: number }[] = [],
  ) => replayText({ ...recompute(change), records: 5, unreadable: 0 }, 27, grown, terminal).join('\n');

  it('proves that nothing was published, mailed or released', () => {
    expect(textOf({})).toBe(
      [
        '5 records read: 1 route and 1 judgement said again.',
        'Each is what its cause and the policy of its time make of it.',
        'Nothing was published, mailed or released by it: none of 27 topics has grown.',
      ].join('\n'),
    );
    expect(textOf({}, [{ topic: 'vote.cast', records: 2 }]).replace(/\s+/g, ' ')).toContain(
      'Topics grew meanwhile, as the system runs: vote.cast by 2. This command writes to none.',
    );
  });

  it('shows both sides of what is wrong', () => {
    const forged = structuredClone(routed);
    forged.data.route.decider = 'automation';
    const text = textOf({ routed: [forged] });
    expect(text).toContain('1 event is not what it should be:');
    expect(text).toContain(
      `  route.resolved of ${ID}\n    /route/decider\n      - "automation"\n      + "people"`,
    );
  });

  it('tells which topics have grown', () => {
    const topic = (name: string, records: number) => ({
      topic: name,
      records,
      partitions: 1,
      cleanup: 'compact',
    });
    expect(
      grownTopics(
        [topic('a', 3), topic('b', 3), topic('c', 3)],
        [topic('a', 5), topic('b', 3), topic('c', 1), topic('d', 1)],
      ),
    ).toEqual([
      { topic: 'a', records: 2 },
      { topic: 'd', records: 1 },
    ]);
  });
});
