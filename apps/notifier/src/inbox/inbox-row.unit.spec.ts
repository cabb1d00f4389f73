import { describe, expect, it } from '@jest/globals';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { anApproval, aVote, OPENED_AT } from '../testing/votes.js';
import { answeredIn } from '../approval/answered.js';
import { decidedRow } from './decided-row.js';
import { inboxRow, togetherOn } from './inbox-row.js';

const HOUR = 60 * 60 * 1000;
const CONTACTS = new Map([
  ['erin', { name: 'Erin Endo', email: 'erin@example.test', zone: 'Asia/Tokyo' }],
  ['ci-bot', { name: 'The build', email: 'ci@example.test', zone: 'UTC' }],
]);
const rowOf = (
  given: Parameters<typeof anApproval>[0] = {},
  votes = [] as ReturnType<typeof aVote>[],
  now = OPENED_AT,
) => inboxRow({ approval: anApproval(given), votes, now }, 'erin', CONTACTS);

describe('a row of what waits', () => {
  it('says what is asked, by whom, and until when in the zone of its reader', () => {
    expect(rowOf()).toMatchObject({
      action: 'deploy_prod',
      environment: 'production',
      risk: 'high',
      requester: 'The build (ci-bot)',
      // 14:00 UTC on the 20th.
      deadline: { iso: '2026-11-20T14:00:02.000Z', text: 'Fri 20 Nov, 23:00' },
      left: '4 hours left',
      isUrgent: false,
      waitsFor: expect.stringMatching(/^nobody has answered, waiting for .*cto/),
      standsFor: [],
    });
    expect(rowOf()).not.toHaveProperty('said');
  });

  it('names the year where it is not this one', () => {
    expect(rowOf({ deadline: Date.parse('2027-01-03T10:00:00Z') }).deadline.text).toBe(
      'Sun, 3 Jan 2027, 19:00',
    );
  });

  it('is urgent in its last hour, and cannot be decided with others once its time is over', () => {
    expect(rowOf({}, [], OPENED_AT + 3 * HOUR + 1)).toMatchObject({
      isUrgent: true,
      left: '59 minutes left',
    });
    const late = rowOf({}, [], OPENED_AT + 4 * HOUR);
    expect(late.left).toBe('the time is over');
    expect(late).not.toHaveProperty('together');
    expect(rowOf()).toHaveProperty('together');
  });

  it('says how many answered and for whom it waits, by stages', () => {
    const file = aFile({ plan: [STAGED] });
    const one = rowOf({ file }, [aVote({ person: 'bob' })]);
    expect(one.waitsFor).toMatch(/^1 of 4 answered, waiting for .*team.*/);
    const two = rowOf({ file }, [aVote({ person: 'bob' }), aVote({ person: 'carol' })]);
    expect(two.waitsFor).toMatch(/^2 of 4 answered, waiting for .*finance/);
  });

  it.each([
    [[aVote({ verdict: 'abstain' })], 'You abstained.'],
    [
      [aVote({ counted: false, why: 'Their stage has not begun.' })],
      'You approved, which does not count: Their stage has not begun.',
    ],
    [[aVote({ verdict: 'deny', onBehalfOf: 'alice' })], 'For alice you denied.'],
    [[aVote(), aVote({ verdict: 'deny' })], 'You denied.'],
  ])('says what its reader said (%#)', (votes, said) => {
    expect(rowOf({ file: aFile({ plan: [aStep(['erin', 'bob', 'alice'])] }) }, votes).said).toBe(said);
  });

  it('says that what was said in an earlier step is over', () => {
    const file = aFile({ plan: [aStep(['erin']), aStep(['erin', 'bob'])] });
    expect(rowOf({ file, step: 1 }, [aVote()]).said).toBe('You approved in an earlier step.');
  });

  it('says for whom its reader stands', () => {
    const file = aFile({ plan: [aStep(['bob'])] });
    const row = rowOf({ file, asked: ['bob', 'erin'], standIns: [{ from: 'bob', to: 'erin' }] });
    expect(row.standsFor).toEqual(['bob']);
  });
});

it('only rows that are alike with another one on the page may be selected', () => {
  const deploy = rowOf();
  const passkey = () => rowOf({ file: aFile({ signIn: 'passkey' }) });
  const lonely = rowOf({ file: aFile({}, { action: 'restart' }) });
  expect([...togetherOn([deploy, lonely, passkey(), rowOf(), passkey()])]).toEqual([[deploy.together, 2]]);
});

describe('who has answered', () => {
  const file = aFile({ plan: [aStep(['alice', 'bob', 'carol'])] });
  it('is who was heard, and for whom they spoke', () => {
    const votes = [aVote({ person: 'erin', onBehalfOf: 'alice' }), aVote({ person: 'bob', counted: false })];
    expect(answeredIn(anApproval({ file, asked: ['alice', 'bob', 'carol', 'erin'] }), votes)).toEqual([
      'alice',
      'erin',
    ]);
  });

  it('is also a delegate for whose voice its own person has answered', () => {
    const approval = anApproval({
      file,
      asked: ['alice', 'bob', 'carol', 'dave', 'erin'],
      standIns: [
        { from: 'alice', to: 'erin' },
        { from: 'alice', to: 'dave' },
        { from: 'bob', to: 'dave' },
      ],
    });
    expect(answeredIn(approval, [aVote({ person: 'alice' })])).toEqual(['alice', 'erin']);
  });

  it('is nobody of an earlier step', () => {
    expect(answeredIn(anApproval({ file, step: 0 }), [aVote({ person: 'bob', step: 1 })])).toEqual([]);
  });
});

describe('a row of what was decided', () => {
  const decided = (votes: ReturnType<typeof aVote>[], listed = votes) =>
    decidedRow(
      {
        approval: anApproval({
          status: 'closed',
          decision: {
            outcome: 'denied',
            decidedBy: 'people',
            step: 0,
            openedAt: new Date(OPENED_AT).toISOString(),
            votes: listed,
            overrides: [],
            decidedAt: new Date(OPENED_AT + HOUR).toISOString(),
            explanation: 'Denied by bob.',
            policyRevision: 1,
          },
        }),
        votes,
        now: OPENED_AT + 2 * HOUR,
      },
      'erin',
      CONTACTS,
    );

  it('says what its reader said, and how it ended', () => {
    expect(decided([aVote({ reason: 'fine' }), aVote({ person: 'bob', verdict: 'deny' })])).toMatchObject({
      verdict: 'approve',
      reason: 'fine',
      outcome: { kind: 'denied', words: 'Denied', at: { text: 'Fri 20 Nov, 20:00' } },
    });
  });

  it('says why a vote that came too late does not count', () => {
    const late = aVote({ counted: false, why: 'It came after the decision.' });
    expect(
      decided([aVote({ person: 'bob', verdict: 'deny' }), late], [aVote({ person: 'bob', verdict: 'deny' })]),
    ).toMatchObject({
      uncounted: 'It came after the decision.',
    });
  });

  it('is missing for whoever said nothing', () => {
    expect(decided([aVote({ person: 'bob' })])).toBeUndefined();
  });
});
