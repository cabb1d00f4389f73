import { describe, expect, it } from '@jest/globals';
import { type Verdict } from '@tollgate/contracts';
import { aFile, aStep } from '../testing/routes.js';
import { aVote } from '../testing/votes.js';
import { explainDecision } from './explain-decision.js';

const one = { file: aFile(), step: 0 };
const second = { file: aFile({ plan: [aStep(['erin']), aStep(['bob', 'carol'])] }), step: 1 };
const said = (person: string, verdict: Verdict, step = 0) => aVote({ person, verdict, step });

describe('explainDecision', () => {
  it('leaves a sentence alone that says everything', () => {
    expect(explainDecision(one, 'Approved by erin.', [said('erin', 'approve')])).toBe('Approved by erin.');
  });

  it('names the step where there are several, and what was said in it last', () => {
    const votes = [
      said('erin', 'deny'),
      said('bob', 'deny', 1),
      said('carol', 'abstain', 1),
      said('bob', 'approve', 1),
    ];
    expect(explainDecision(second, 'Approved by bob.', votes)).toBe(
      'In step 2 of 2: Approved by bob. Said: bob approved, carol abstained.',
    );
  });

  it('says what the only one said where the sentence does not', () => {
    expect(explainDecision(one, 'Nobody decided.', [said('erin', 'abstain')])).toBe(
      'Nobody decided. Said: erin abstained.',
    );
  });

  it('leaves out what did not count', () => {
    expect(explainDecision(one, 'Nobody decided.', [aVote({ counted: false })])).toBe('Nobody decided.');
  });

  it('stays short however many there are', () => {
    const votes = Array.from({ length: 200 }, (_, index) => said(`person-${index}`, 'approve'));
    expect(explainDecision(one, 'Approved.', votes)).toMatch(/person-19 approved and 180 more\.$/);
  });
});
