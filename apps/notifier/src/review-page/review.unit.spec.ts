import { describe, expect, it } from '@jest/globals';
import { type Vote } from '@tollgate/contracts';
import { type Approval } from '../approval/approval.js';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { anApproval, aVote, OPENED_AT } from '../testing/votes.js';
import { stateOf } from './review.js';

const contacts = new Map();
const state = (person: string, approval: Approval, votes: Vote[] = [], now = OPENED_AT + 1000) =>
  stateOf({ person, approval, votes, questions: [], overridable: [], contacts, now });
const staged = anApproval({ file: aFile({ plan: [STAGED] }) });
const team = [aVote({ person: 'bob' }), aVote({ person: 'erin' })];

describe('given a step with stages', () => {
  it('when the stage of the person has not begun, then others are asked before', () => {
    expect(state('dave', staged)).toEqual({ kind: 'stage-ahead' });
    expect(state('bob', staged)).toEqual({ kind: 'open' });
  });

  it('when it has begun, then it is open to them, and still to those before', () => {
    expect(state('dave', staged, team)).toEqual({ kind: 'open' });
    expect(state('bob', staged, team)).toEqual({ kind: 'open', mine: team[0] });
  });
});

describe('given an escalation', () => {
  const plan = [aStep(['erin', 'bob'], { onSilence: 'next' }), aStep(['erin', 'carol'])];
  const second = anApproval({ file: aFile({ plan }), step: 1 });
  const votes = [aVote({ person: 'erin' }), aVote({ person: 'bob', verdict: 'abstain' })];

  it('when the person was asked in the first step only, then that is over', () => {
    expect(state('bob', second, votes)).toEqual({ kind: 'step-over', mine: votes[1] });
  });

  it('when they are asked in both, then they have said nothing in the second', () => {
    expect(state('erin', second, votes)).toEqual({ kind: 'open' });
  });

  it('when the time is over, then it is late', () => {
    expect(state('carol', second, votes, second.deadline)).toEqual({ kind: 'late' });
  });
});
