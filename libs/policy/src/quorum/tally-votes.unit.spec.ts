import { expect, it } from '@jest/globals';
import { tallyVotes } from './tally-votes.js';

it('puts each approver in one list, by their last vote, and no stranger in any', () => {
  const approvers = ['ann', 'ben', 'cat', 'dan'].map((person) => ({ person, via: ['role:cto'] }));
  expect(
    tallyVotes(approvers, [
      { person: 'ann', verdict: 'deny' },
      { person: 'ben', verdict: 'abstain' },
      { person: 'eve', verdict: 'approve' },
      { person: 'ann', verdict: 'approve' },
      { person: 'dan', verdict: 'deny' },
    ]),
  ).toEqual({ approve: ['ann'], deny: ['dan'], abstain: ['ben'], silent: ['cat'] });
});
