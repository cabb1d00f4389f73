import { describe, expect, it } from '@jest/globals';
import { type Vote } from '@tollgate/contracts';
import { aFile, aStep } from '../testing/routes.js';
import { anApproval, aVote, OPENED_AT, recorded } from '../testing/votes.js';
import { type Ballot, judgeVote, MAX_VOTES_PER_PERSON } from './judge-vote.js';

const plan = [
  aStep(['erin', 'bob'], { excluded: [{ person: 'alice', why: 'owns the credential' }] }),
  aStep(['carol'], { onSilence: 'deny' }),
];
const approval = anApproval({ file: aFile({ plan }) });
const facts = { now: OPENED_AT + 2000, active: true };
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
      quorum: { state: 'approved' },
    });
  });

  it('when an approver denies, then the step is denied', () => {
    expect(judge({ verdict: 'deny' })).toMatchObject({ kind: 'counted', quorum: { state: 'denied' } });
  });

  it('when an approver abstains, then it stays open', () => {
    expect(judge({ verdict: 'abstain' })).toMatchObject({ kind: 'counted', quorum: { state: 'open' } });
  });

  it('when they change their mind, then the later vote rules', () => {
    expect(judge({ verdict: 'approve' }, [aVote({ verdict: 'abstain' })])).toMatchObject({
      kind: 'counted',
      vote: { number: 2, count: 2 },
      quorum: { state: 'approved' },
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
    ['inactive', {}, { active: false }],
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
    expect(judge({ authentication: 'passkey' }, [], strict)).toMatchObject({ kind: 'counted' });
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
      quorum: { state: 'approved' },
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
