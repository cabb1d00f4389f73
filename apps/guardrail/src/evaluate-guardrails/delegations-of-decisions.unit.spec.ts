import { describe, expect, it } from '@jest/globals';
import { TransientError } from '@tollgate/messaging';
import { type Delegation } from '@tollgate/policy';
import { aDecidedEvent, aVote } from '../testing/a-decided-event.js';
import { DECLARATION_PATIENCE_MS, DelegationsOfDecisions } from './delegations-of-decisions.js';

const absence: Delegation = {
  from: 'bob',
  to: 'carol',
  startsAt: '2026-11-01T00:00:00.000Z',
  declaredBy: 'bob',
  declaredAs: 'person',
};

/** A topic on which a delegation comes only after so many looks at its end. */
class FakeTopic {
  looks = 0;

  constructor(private readonly comesAfter: number) {}

  find(): Delegation | undefined {
    return this.looks >= this.comesAfter ? absence : undefined;
  }

  async readToEnd(): Promise<void> {
    this.looks += 1;
  }
}

const { data } = aDecidedEvent('one', {
  decision: { votes: [aVote({ person: 'carol', onBehalfOf: 'bob', delegation: 'd-1' })] },
});

describe('a decision that names a delegation', () => {
  it('is judged at once where that is known', async () => {
    const topic = new FakeTopic(0);
    const find = await new DelegationsOfDecisions(topic, () => 0).known(data);
    expect(find('d-1')).toEqual(absence);
    expect(topic.looks).toBe(0);
  });

  it('looks at the end of the topic before it waits', async () => {
    const find = await new DelegationsOfDecisions(new FakeTopic(1), () => 0).known(data);
    expect(find('d-1')).toEqual(absence);
  });

  it('waits, and is tried again, while the delegation may still come', async () => {
    let now = 0;
    const delegations = new DelegationsOfDecisions(new FakeTopic(3), () => now);
    await expect(delegations.known(data)).rejects.toThrow(TransientError);
    now = DECLARATION_PATIENCE_MS - 1;
    await expect(delegations.known(data)).rejects.toThrow('not on delegation.declared yet');
    expect((await delegations.known(data))('d-1')).toEqual(absence);
  });

  it('is judged without it once it was waited for; another decision waits for itself', async () => {
    let now = 0;
    const delegations = new DelegationsOfDecisions(new FakeTopic(Infinity), () => now);
    await expect(delegations.known(data)).rejects.toThrow(TransientError);
    now = DECLARATION_PATIENCE_MS;
    expect((await delegations.known(data))('d-1')).toBeUndefined();
    await expect(delegations.known(data)).rejects.toThrow(TransientError);
  });
});
