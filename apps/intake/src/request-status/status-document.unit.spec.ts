import { describe, expect, it } from '@jest/globals';
import { exampleDecision, exampleJudgement, exampleRequest, exampleRoute } from '../testing/example.js';
import {
  type DeadLetterNote,
  type FinalStatus,
  type RequestSnapshot,
  type Stages,
} from './request-snapshot.js';
import { entityTag, namesTag, statusDocument } from './status-document.js';

const request = exampleRequest();
const reading = { publicUrl: 'https://gate.example', now: Date.parse('2026-11-22T18:06:00Z') };
const at = '2026-11-22T18:05:00.000Z';

const given = (
  stages: Stages = {},
  outcome?: FinalStatus,
  deadLetters: DeadLetterNote[] = [],
): RequestSnapshot => ({
  request,
  stages,
  deadLetters,
  ...(outcome === undefined ? {} : { outcome }),
});
const document = (snapshot: RequestSnapshot, now = reading.now) =>
  statusDocument(snapshot, { ...reading, now });

const routed = { at, data: { route: exampleRoute() } };
const { request: _request, ...passed } = exampleJudgement(request);
const judged = { at, data: passed };
const release = {
  id: request.id,
  token: 'a.b.c',
  audience: 'ci-bot',
  expiresAt: '2026-11-22T18:20:00.000Z',
  releasedAt: at,
};
const withdrawn = {
  at,
  data: { requestId: request.id, withdrawnBy: 'ci-bot', reason: 'not needed', withdrawnAt: at },
};
const failed = {
  at,
  data: { requestId: request.id, service: 'router', reason: 'no cure', givenUpBy: 'operator', failedAt: at },
};
const letter = (service: string, failedAt = at): DeadLetterNote => ({
  service,
  topic: 't',
  reason: `${service} cannot`,
  failedAt,
});

describe('the status document', () => {
  it('is pending from the start, and can be withdrawn', () => {
    const self = `https://gate.example/v1/requests/${request.id}`;
    expect(document(given())).toEqual({
      id: request.id,
      status: 'pending',
      action: 'deploy_prod',
      environment: 'production',
      riskLevel: 'high',
      contentHash: request.contentHash,
      requester: 'ci-bot',
      submittedAt: request.submittedAt,
      asked: [],
      links: { self, withdraw: `${self}/withdraw` },
    });
  });

  it('names who is asked, and until when, once it is routed', () => {
    expect(document(given({ 'route.resolved': routed }))).toMatchObject({
      status: 'pending',
      asked: [{ person: 'erin', via: ['role:cto'] }],
      deadline: '2026-11-22T22:00:00.000Z',
      explanation: 'erin (cto) decides.',
    });
  });

  it('names no deadline where nobody is asked, or nobody any more', () => {
    const denied = { at, data: { route: exampleRoute({ decider: 'deny', plan: [] }) } };
    expect(document(given({ 'route.resolved': denied }))).not.toHaveProperty('deadline');
    const cancelled = given({ 'route.resolved': routed, 'request.withdrawn': withdrawn }, 'cancelled');
    expect(document(cancelled)).not.toHaveProperty('deadline');
  });

  it('shows the release, and what everybody said', () => {
    const shown = document(
      given({ 'guardrail.evaluated': judged, 'action.released': { at, data: { release } } }, 'released'),
    );
    expect(shown).toMatchObject({
      status: 'released',
      asked: [{ person: 'erin', verdict: 'approve' }],
      decision: passed.decision,
      guardrail: passed.guardrail,
      deadline: passed.decision.deadline,
      release: { token: 'a.b.c', state: 'unused' },
    });
    expect(shown.links).not.toHaveProperty('withdraw');
  });

  it('shows the same whether or not the route was heard of on its own', () => {
    const stages: Stages = { 'guardrail.evaluated': judged, 'action.released': { at, data: { release } } };
    expect(document(given({ 'route.resolved': routed, ...stages }, 'released'))).toEqual(
      document(given(stages, 'released')),
    );
  });

  it('calls a release expired from its last moment on', () => {
    const snapshot = given(
      { 'guardrail.evaluated': judged, 'action.released': { at, data: { release } } },
      'released',
    );
    expect(document(snapshot, Date.parse(release.expiresAt) - 1).release?.state).toBe('unused');
    expect(document(snapshot, Date.parse(release.expiresAt)).release?.state).toBe('expired');
  });

  it('says which guardrail blocked', () => {
    const guardrail = {
      outcome: 'blocked' as const,
      results: [{ rule: 'regions', verdict: 'blocked' as const, reason: 'asia-east is not allowed' }],
      policyRevision: 1,
    };
    expect(
      document(given({ 'guardrail.evaluated': { at, data: { ...passed, guardrail } } }, 'blocked')),
    ).toMatchObject({
      status: 'blocked',
      explanation: 'Blocked by a guardrail: regions: asia-east is not allowed',
    });
  });

  it('never shows a release of a withdrawn request', () => {
    const shown = document(
      given({ 'request.withdrawn': withdrawn, 'guardrail.evaluated': judged }, 'cancelled'),
    );
    expect(shown).toMatchObject({ status: 'cancelled', explanation: 'Withdrawn by ci-bot: not needed' });
    expect(shown).not.toHaveProperty('release');
  });

  it('counts a verdict only where the vote counts, in the step that was decided', () => {
    const [vote] = exampleDecision().votes;
    if (vote === undefined) throw new Error('the example has a vote');
    const votes = [
      vote,
      { ...vote, verdict: 'deny' as const },
      { ...vote, verdict: 'abstain' as const, counted: false },
      { ...vote, step: 1, verdict: 'approve' as const },
    ];
    const data = { ...passed, decision: exampleDecision({ outcome: 'denied', votes }) };
    expect(document(given({ 'guardrail.evaluated': { at, data } }, 'denied')).asked).toEqual([
      { person: 'erin', via: ['role:cto'], verdict: 'deny' },
    ]);
  });

  it('says who gave it up, where it stood still', () => {
    expect(document(given({ 'request.failed': failed }, 'failed', [letter('router')]))).toMatchObject({
      status: 'failed',
      explanation: 'Given up by operator while it stood still at router: no cure',
    });
  });

  it('says why what was approved could not be carried out', () => {
    const data = {
      ...failed.data,
      service: 'intake',
      givenUpBy: 'intake',
      reason: 'stale: old',
      cause: 'stale' as const,
    };
    expect(
      document(given({ 'guardrail.evaluated': judged, 'request.failed': { at, data } }, 'failed')),
    ).toMatchObject({ status: 'failed', explanation: 'Approved, but not released: stale: old' });
  });

  it.each([
    ['nothing failed', [], {}, undefined, undefined],
    ['the router could not', [letter('router')], {}, undefined, 'router'],
    ['the router could in the end', [letter('router')], { 'route.resolved': routed }, undefined, undefined],
    ['the notifier could not', [letter('notifier')], { 'route.resolved': routed }, undefined, 'notifier'],
    [
      'a later one failed too',
      [letter('notifier'), letter('guardrail', '2026-11-22T18:09:00.000Z')],
      { 'route.resolved': routed },
      undefined,
      'guardrail',
    ],
    [
      'it was withdrawn',
      [letter('notifier')],
      { 'request.withdrawn': withdrawn },
      'cancelled' as const,
      undefined,
    ],
  ])('shows what it stands still at: %s', (_name, letters, stages, outcome, service) => {
    const { stalled } = document(given(stages, outcome, letters));
    expect(stalled).toEqual(service === undefined ? undefined : { service, reason: `${service} cannot` });
  });
});

describe('the tag of a document', () => {
  const tag = entityTag('{}');
  it.each([[tag], [`W/${tag}`], [`"other", ${tag}`], ['*']])('is named by %s', (header) =>
    expect(namesTag(header, tag)).toBe(true),
  );
  it.each([[undefined], [''], ['"other"'], [tag.slice(1, -1)]])('is not named by %s', (header) =>
    expect(namesTag(header, tag)).toBe(false),
  );
  it('changes with the document', () => expect(entityTag('{"a":1}')).not.toBe(tag));
});
