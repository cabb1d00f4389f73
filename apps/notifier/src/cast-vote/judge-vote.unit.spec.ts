import { describe, expect, it } from '@jest/globals';
import { type Vote } from '@tollgate/contracts';
import { type RecordedVote } from '../approval/approval.js';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { anApproval, aVote, OPENED_AT, recorded } from '../testing/votes.js';
import { type Ballot, type Judgement, judgeVote, MAX_VOTES_PER_PERSON } from './judge-vote.js';

const plan = [
  aStep(['erin', 'bob'], { excluded: [{ person: 'alice', why: 'owns the credential' }] }),
  aStep(['carol'], { onSilence: 'deny' }),
];
const approval = anApproval({ file: aFile({ plan }) });
const facts = { now: OPENED_AT + 2000, isActive: () => true };
const ballot = (given: Partial<Ballot> = {}): Ballot => ({
  requestId: approval.requestId,
  person: 'erin',
  verdict: 'approve',
  reason: '',
  authentication: 'link',
  ...given,
});
const judge = (given: Partial<Ballot> = {}, votes: Vote[] = [], on = approval, more = {}) =>
  judgeVote(on, recorded(...votes), ballot(given), { ...facts, ...more });

describe('given a pending approval', () => {
  it('when an approver approves, then the vote counts and the quorum is met', () => {
    expect(judge()).toMatchObject({
      kind: 'counted',
      vote: {
        number: 1,
        count: 1,
        vote: { person: 'erin', counted: true, step: 0, at: '2026-11-20T10:00:04.000Z' },
      },
      standing: { state: 'approved' },
    });
  });

  it('when an approver denies, then the step is denied', () => {
    expect(judge({ verdict: 'deny' })).toMatchObject({ kind: 'counted', standing: { state: 'denied' } });
  });

  it('when an approver abstains, then it stays open', () => {
    expect(judge({ verdict: 'abstain' })).toMatchObject({ kind: 'counted', standing: { state: 'open' } });
  });

  it('when they change their mind, then the later vote rules', () => {
    expect(judge({ verdict: 'approve' }, [aVote({ verdict: 'abstain' })])).toMatchObject({
      kind: 'counted',
      vote: { number: 2, count: 2 },
      standing: { state: 'approved' },
    });
  });

  it('when a verdict comes without the reason that its step asks for, then nothing goes on record', () => {
    const strict = anApproval({
      file: aFile({ plan: [aStep(['erin'], { reasonFor: ['deny', 'abstain'] })] }),
    });
    for (const reason of ['', ' \n\u00a0', '\u200b\u2060'])
      expect(judge({ verdict: 'deny', reason }, [], strict)).toEqual({
        kind: 'reason-missing',
        verdict: 'deny',
      });
    expect(judge({ verdict: 'deny', reason: '!' }, [], strict)).toMatchObject({ kind: 'counted' });
    expect(judge({ verdict: 'approve' }, [], strict)).toMatchObject({ kind: 'counted' });
  });

  it('when such a verdict would not count anyway, then it is kept, with why', () => {
    const strict = anApproval({ file: aFile({ plan: [aStep(['erin'], { reasonFor: ['deny'] })] }) });
    expect(judge({ verdict: 'deny' }, [], { ...strict, deadline: OPENED_AT })).toMatchObject({
      kind: 'uncounted',
      why: 'late',
    });
    expect(judge({ verdict: 'deny' }, [], strict, { isActive: () => false })).toMatchObject({
      kind: 'uncounted',
      why: 'inactive',
    });
  });

  it('when they say the same again, then nothing new goes on record', () => {
    expect(judge({ verdict: 'abstain' }, [aVote({ verdict: 'abstain' })])).toEqual({
      kind: 'repeated',
      counted: true,
    });
  });

  it('when it is somebody whom the plan does not know, then nothing goes on record', () => {
    expect(judge({ person: 'mallory' })).toEqual({ kind: 'stranger' });
  });

  it('when the voter saw something else, then nothing goes on record', () => {
    expect(judge({ contentHash: '0'.repeat(64) })).toEqual({ kind: 'other-content' });
  });

  it('when the person voted too often, then nothing goes on record', () => {
    const votes = Array.from({ length: MAX_VOTES_PER_PERSON }, (_, index) =>
      aVote({ verdict: 'abstain', reason: `${index}` }),
    );
    expect(judge({ verdict: 'approve' }, votes)).toEqual({ kind: 'too-many' });
  });

  it.each([
    ['excluded', { person: 'alice' }, {}],
    ['not-yet', { person: 'carol' }, {}],
    ['inactive', {}, { isActive: () => false }],
    ['late', {}, { now: approval.deadline }],
  ] as const)('when the voter is %s, then the vote is kept and does not count', (why, given, more) => {
    expect(judge(given, [], approval, more)).toMatchObject({
      kind: 'uncounted',
      why,
      vote: { vote: { counted: false } },
    });
  });

  it('when the request asks for a stronger sign-in than the link, then the vote does not count', () => {
    const strict = anApproval({ file: aFile({ plan, signIn: 'signed-in' }) });
    expect(judge({}, [], strict)).toMatchObject({ kind: 'uncounted', why: 'sign-in' });
    expect(judge({ authentication: 'passkey', signedInAt: facts.now }, [], strict)).toMatchObject({
      kind: 'counted',
    });
  });
});

describe('given an approval in its second step', () => {
  const second = anApproval({ file: aFile({ plan }), step: 1 });

  it('when somebody of the first step votes, then it does not count', () => {
    expect(judge({ person: 'bob' }, [], second)).toMatchObject({ kind: 'uncounted', why: 'step-over' });
  });

  it('when votes of the first step are on record, then they have ended with it', () => {
    const votes = [aVote({ person: 'erin', verdict: 'deny', step: 0 })];
    expect(judge({ person: 'carol' }, votes, second)).toMatchObject({
      kind: 'counted',
      standing: { state: 'approved' },
    });
  });
});

describe('given a decided approval', () => {
  const closed = anApproval({ file: aFile({ plan }), status: 'closed' });

  it('when another approver votes, then it is kept as too late', () => {
    expect(judge({ person: 'bob', verdict: 'deny' }, [aVote()], closed)).toMatchObject({
      kind: 'uncounted',
      why: 'closed',
      vote: { number: 2, count: 1, vote: { counted: false, why: 'It came after the decision.' } },
    });
  });

  it('when the deciding vote comes again, then its voter hears that it counted', () => {
    expect(judge({}, [aVote()], closed)).toEqual({ kind: 'repeated', counted: true });
  });

  it('when a late vote comes again, then it is refused again and kept once', () => {
    const late = aVote({
      person: 'bob',
      verdict: 'deny',
      counted: false,
      why: 'It came after the decision.',
    });
    expect(judge({ person: 'bob', verdict: 'deny' }, [aVote(), late], closed)).toEqual({
      kind: 'repeated',
      counted: false,
      why: 'closed',
    });
  });
});

describe('given an approval with stages: two of the team, then one of finance', () => {
  const staged = anApproval({ file: aFile({ plan: [STAGED] }) });
  const team = [aVote({ person: 'bob' }), aVote({ person: 'erin' })];

  it('when somebody of the later stage votes, then it is kept, does not count, and may be cast again later', () => {
    const early = judge({ person: 'dave' }, team.slice(0, 1), staged);
    expect(early).toMatchObject({
      kind: 'uncounted',
      why: 'stage-ahead',
      vote: { vote: { person: 'dave', counted: false, why: 'Their stage has not begun.' } },
    });
    const kept = early.kind === 'uncounted' ? [early.vote.vote] : [];
    expect(judge({ person: 'dave' }, [...kept, ...team], staged)).toMatchObject({
      kind: 'counted',
      vote: { count: 2 },
      standing: { state: 'approved' },
    });
  });

  it('when the first stage lacks somebody, then nobody else is asked', () => {
    expect(judge({ person: 'bob' }, [], staged)).toMatchObject({ standing: { state: 'open' } });
    expect(judge({ person: 'bob' }, [], staged)).not.toHaveProperty('begun');
  });

  it('when a vote completes the first stage, then it says who is asked now', () => {
    expect(judge({ person: 'erin' }, team.slice(0, 1), staged)).toMatchObject({
      kind: 'counted',
      standing: { state: 'open', mayVote: ['bob', 'erin', 'carol', 'dave'] },
      begun: { newly: ['dave'] },
    });
  });

  it('when a vote of the first stage is taken back, then the later stage waits again', () => {
    const back = judge({ person: 'erin', verdict: 'abstain' }, team, staged);
    expect(back).toMatchObject({ kind: 'counted', standing: { mayVote: ['bob', 'erin', 'carol'] } });
    expect(back).not.toHaveProperty('begun');
  });

  it('when somebody was heard in the later stage, then they may change it also while that waits again', () => {
    const votes = [
      ...team,
      aVote({ person: 'dave', verdict: 'abstain' }),
      aVote({ person: 'erin', verdict: 'abstain' }),
    ];
    expect(judge({ person: 'dave', verdict: 'deny' }, votes, staged)).toMatchObject({
      kind: 'counted',
      standing: { state: 'open' },
    });
    votes.push(aVote({ person: 'dave', verdict: 'deny' }));
    expect(judge({ person: 'erin', verdict: 'approve' }, votes, staged)).toMatchObject({
      standing: { state: 'denied' },
    });
  });

  it('when the later stage denies too early, then that ends nothing', () => {
    expect(judge({ person: 'dave', verdict: 'deny' }, [], staged)).toMatchObject({ kind: 'uncounted' });
  });
});

describe('given people who have left the directory since', () => {
  const two = anApproval({
    file: aFile({
      plan: [aStep(['erin', 'bob', 'carol'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } })],
    }),
  });
  const without = (...gone: string[]) => ({ isActive: (person: string) => !gone.includes(person) });

  it('when enough are left, then the vote counts and it goes on', () => {
    expect(judge({}, [], two, without('bob'))).toMatchObject({
      kind: 'counted',
      standing: { state: 'open' },
    });
  });

  it('when too few are left to meet the quorum, then it is denied by the policy', () => {
    expect(judge({}, [], two, without('bob', 'carol'))).toMatchObject({
      kind: 'counted',
      standing: { state: 'denied', decidedBy: 'policy', reason: expect.stringContaining('bob') },
    });
  });

  it('when they said yes before, then that stays counted', () => {
    expect(judge({}, [aVote({ person: 'bob' })], two, without('bob', 'carol'))).toMatchObject({
      standing: { state: 'approved', decidedBy: 'people' },
    });
  });
});

describe('given votes by page views', () => {
  const team = anApproval({
    file: aFile({
      plan: [aStep(['erin', 'bob'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } })],
    }),
  });
  const byView = (given: Partial<Ballot>, before: RecordedVote[], on = team): Judgement =>
    judgeVote(on, before, ballot({ step: 0, ...given }), facts);
  const onRecord = (judgement: Judgement): RecordedVote[] =>
    judgement.kind === 'counted' || judgement.kind === 'uncounted' ? [judgement.vote] : [];
  const first = onRecord(byView({ view: 'v1' }, []));

  it('when the same view says the same again, then it is the same vote, also after another one, and after the decision', () => {
    expect(first).toMatchObject([{ view: 'v1', vote: { counted: true } }]);
    expect(byView({ view: 'v1' }, first)).toEqual({ kind: 'repeated', counted: true });
    const second = onRecord(byView({ view: 'v2', verdict: 'abstain' }, first));
    expect(second).toMatchObject([{ number: 2, view: 'v2', vote: { verdict: 'abstain', counted: true } }]);
    expect(byView({ view: 'v1' }, [...first, ...second])).toEqual({ kind: 'repeated', counted: true });
    const closed = anApproval({ ...team, status: 'closed' });
    expect(byView({ view: 'v1' }, [...first, ...second], closed)).toEqual({
      kind: 'repeated',
      counted: true,
    });
  });

  it.each([
    ['verdict', { verdict: 'deny' }],
    ['reason', { reason: 'on second thoughts' }],
  ] as const)(
    'when the same view comes with another %s, then it is kept once and does not count',
    (_what, other) => {
      const used = byView({ view: 'v1', ...other }, first);
      expect(used).toMatchObject({ kind: 'uncounted', why: 'view-used', vote: { vote: { counted: false } } });
      expect(byView({ view: 'v1', ...other }, [...first, ...onRecord(used)])).toEqual({
        kind: 'repeated',
        counted: false,
        why: 'view-used',
      });
      // And the first one is still the first one.
      expect(byView({ view: 'v1' }, [...first, ...onRecord(used)])).toEqual({
        kind: 'repeated',
        counted: true,
      });
    },
  );

  it('when another view says it, then the person has changed their mind', () => {
    expect(byView({ view: 'v2', verdict: 'deny' }, first)).toMatchObject({
      kind: 'counted',
      vote: { count: 2, view: 'v2' },
    });
  });

  it('when a view of somebody else has the same value, then that is no matter', () => {
    expect(byView({ person: 'bob', view: 'v1' }, first)).toMatchObject({ kind: 'counted' });
  });

  it('when the step has changed since, then it is kept and does not count, though the person is asked again', () => {
    const plan = [aStep(['erin'], { onSilence: 'next' }), aStep(['erin'])];
    const second = anApproval({ file: aFile({ plan }), step: 1 });
    expect(byView({ view: 'v1' }, [], second)).toMatchObject({ kind: 'uncounted', why: 'step-begun' });
    expect(byView({ view: 'v2', step: 1 }, [], second)).toMatchObject({ kind: 'counted' });
  });

  it('when what is said counts for nothing anyway, then that is what its voter hears', () => {
    const closed = anApproval({ ...team, status: 'closed' });
    expect(byView({ view: 'v1', verdict: 'deny' }, first, closed)).toMatchObject({ why: 'closed' });
  });
});
