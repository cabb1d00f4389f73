import { describe, expect, it } from '@jest/globals';
import { type Approver, type QuorumExpression } from '@tollgate/contracts';
import { type CastBallot } from './cast-ballot.js';
import { evaluateQuorum, type QuorumResult } from './evaluate-quorum.js';
import { quorumInWords } from './quorum-words.js';

const LEAD = 'role:team-lead';
const CTO = 'role:cto';
const FINANCE = 'group:finance';

/** `lea` and `lou` lead teams, `flo` and `fin` are of finance, `cto` is the CTO; `both` leads a team and is of finance. */
const PEOPLE: Approver[] = [
  { person: 'lea', via: [LEAD] },
  { person: 'lou', via: [LEAD] },
  { person: 'flo', via: [FINANCE] },
  { person: 'fin', via: [FINANCE, 'person:fin'] },
  { person: 'cto', via: [CTO] },
  { person: 'both', via: [LEAD, FINANCE] },
];
const one = (from: string): QuorumExpression => ({ kind: 'one', from });

/** `+lea -lou ?flo`: lea approves, lou denies, flo abstains. */
const cast = (votes: string): CastBallot[] =>
  votes
    .split(' ')
    .filter((vote) => vote !== '')
    .map((vote) => ({
      person: vote.slice(1),
      verdict: vote.startsWith('+') ? 'approve' : vote.startsWith('-') ? 'deny' : 'abstain',
    }));
const evaluate = (quorum: QuorumExpression, votes: string, gone?: string[]): QuorumResult =>
  evaluateQuorum(quorum, PEOPLE, cast(votes), gone && new Set(gone));

type Row = [votes: string, state: QuorumResult['state'], reason: string];
const readings: [string, QuorumExpression, Row[]][] = [
  [
    'two people of the role team-lead',
    { kind: 'people', count: 2, from: [LEAD] },
    [
      ['', 'open', 'Waiting for two people of the role team-lead.'],
      ['+lea +lea', 'open', 'Waiting for one more person of the role team-lead.'],
      ['+lea ?lou', 'open', 'Waiting for one more person of the role team-lead.'],
      ['+lea +flo', 'open', 'Waiting for one more person of the role team-lead.'],
      ['+lea -flo', 'open', 'Waiting for one more person of the role team-lead.'],
      ['+lea +both', 'approved', 'Approved by lea, both.'],
      ['+lea +lou -both', 'denied', 'Denied by both.'],
    ],
  ],
  [
    'two people of the role cto or fin',
    { kind: 'people', count: 2, from: [CTO, 'person:fin'] },
    [['+cto +fin', 'approved', 'Approved by fin, cto.']],
  ],
  [
    'more than half of the role team-lead and the role cto',
    { kind: 'majority', from: [LEAD, CTO] },
    [
      ['+lea +lou', 'open', 'Waiting for one more person of the role team-lead or the role cto.'],
      ['+lea +lou ?both ?cto', 'open', 'Waiting for one more person of the role team-lead or the role cto.'],
      ['+lea +lou +cto', 'approved', 'Approved by lea, lou, cto.'],
    ],
  ],
  [
    'everybody of the role team-lead',
    { kind: 'unanimous', from: [LEAD] },
    [
      ['', 'open', 'Waiting for everybody of the role team-lead.'],
      ['+lea +lou ?both', 'open', 'Waiting for one more person of the role team-lead.'],
      ['+lea +lou +both', 'approved', 'Approved by lea, lou, both.'],
    ],
  ],
  [
    'people who weigh 4 together (the role cto weighs 3, the role team-lead 1 and the group finance 2)',
    {
      kind: 'weighted',
      threshold: 4,
      of: [
        { from: CTO, weight: 3 },
        { from: LEAD, weight: 1 },
        { from: FINANCE, weight: 2 },
      ],
    },
    [
      [
        '+cto',
        'open',
        'Waiting for people who weigh 1 more (the role cto weighs 3, the role team-lead 1 and the group finance 2).',
      ],
      ['+cto +lea', 'approved', 'Approved by lea, cto.'],
      [
        '+lea +both',
        'open',
        'Waiting for people who weigh 1 more (the role cto weighs 3, the role team-lead 1 and the group finance 2).',
      ],
      ['+lou +lea +both', 'approved', 'Approved by lea, lou, both.'],
    ],
  ],
  [
    'one person of the role cto or one person of the group finance',
    { kind: 'any', of: [one(CTO), one(FINANCE)] },
    [
      ['', 'open', 'Waiting for one person of the role cto or one person of the group finance.'],
      ['+lea', 'open', 'Waiting for one person of the role cto or one person of the group finance.'],
      ['+fin', 'approved', 'Approved by fin.'],
    ],
  ],
  [
    'one person of the role team-lead and one person of the group finance',
    { kind: 'all', of: [one(LEAD), one(FINANCE)] },
    [
      ['+both', 'open', 'Waiting for one person of the group finance.'],
      ['+both +lea', 'approved', 'Approved by lea, both.'],
      ['+both +flo', 'approved', 'Approved by flo, both.'],
      ['+lea +lou', 'open', 'Waiting for one person of the group finance.'],
    ],
  ],
  [
    'one person of the role team-lead and one person of the group finance, where the same person may count',
    { kind: 'all', of: [one(LEAD), one(FINANCE)], samePerson: true },
    [
      ['+lou', 'open', 'Waiting for one person of the group finance.'],
      ['+both', 'approved', 'Approved by both.'],
    ],
  ],
  [
    'at least two of these: one person of the role team-lead; one person of the group finance or one person of the role cto',
    { kind: 'atLeast', count: 2, of: [one(LEAD), one(FINANCE), one(CTO)] },
    [
      ['+both', 'open', 'Waiting for one person of the group finance or one person of the role cto.'],
      ['+both +cto', 'approved', 'Approved by cto, both.'],
    ],
  ],
  [
    'one person of the role team-lead, with a veto for fin',
    { kind: 'veto', by: ['person:fin'], in: one(LEAD) },
    [
      ['-flo', 'open', 'Waiting for one person of the role team-lead.'],
      ['+fin', 'open', 'Waiting for one person of the role team-lead.'],
      ['+lea -fin', 'denied', 'Denied by fin.'],
    ],
  ],
  [
    'two people of the role team-lead, and then one person of the group finance',
    { kind: 'stages', of: [{ kind: 'people', count: 2, from: [LEAD] }, one(FINANCE)] },
    [
      [
        '+lea',
        'open',
        'Waiting for one more person of the role team-lead, and then one person of the group finance.',
      ],
      [
        '+lea -flo',
        'open',
        'Waiting for one more person of the role team-lead, and then one person of the group finance.',
      ],
      ['+lea +lou', 'open', 'Waiting for one person of the group finance.'],
      ['+lea +both', 'open', 'Waiting for one person of the group finance.'],
      ['+lea +lou +both', 'approved', 'Approved by lea, lou, both.'],
      ['+lea +lou -flo', 'denied', 'Denied by flo.'],
    ],
  ],
  [
    'two people of the role team-lead; two denials end it',
    { kind: 'denials', count: 2, in: { kind: 'people', count: 2, from: [LEAD] } },
    [
      ['-lea', 'open', 'Waiting for two people of the role team-lead.'],
      ['-lea +lou +both', 'approved', 'Approved by lou, both.'],
      ['-lea -lou', 'denied', 'Denied by lea, lou; two denials end it.'],
    ],
  ],
  [
    'one person of the role cto; two denials end it',
    { kind: 'denials', count: 2, in: one(CTO) },
    [
      [
        '-cto',
        'denied',
        'It cannot be met any more without cto: it needs one person of the role cto; two denials end it.',
      ],
    ],
  ],
  [
    'one person of the role cto, with a veto for fin; three denials end it',
    { kind: 'denials', count: 3, in: { kind: 'veto', by: ['person:fin'], in: one(CTO) } },
    [['-fin', 'denied', 'Denied by fin, with a veto.']],
  ],
  [
    'one person of the role security',
    one('role:security'),
    [['', 'denied', 'Nobody may approve: it needs one person of the role security.']],
  ],
  [
    'one person of the role cto and cto',
    { kind: 'all', of: [one(CTO), { kind: 'people', count: 1, from: ['person:cto'] }] },
    [['', 'denied', 'Those who may vote cannot meet it: it needs one person of the role cto and cto.']],
  ],
];

describe.each(readings)('%s', (words, quorum, rows) => {
  it('is called so', () => {
    expect(quorumInWords(quorum)).toBe(words);
  });

  it.each(rows)('after "%s" is %s: %s', (votes, state, reason) => {
    expect(evaluate(quorum, votes)).toMatchObject({ state, reason });
  });
});

describe('stages', () => {
  const nested: QuorumExpression = {
    kind: 'all',
    of: [
      { kind: 'stages', of: [one(LEAD), { kind: 'veto', by: ['person:fin'], in: one(FINANCE) }] },
      one(CTO),
    ],
  };

  it('ask those of later stages once the earlier ones are met, whatever stands beside them', () => {
    expect(evaluate(nested, '').mayVote).toEqual(['lea', 'lou', 'cto', 'both']);
    expect(evaluate(nested, '+cto').mayVote).toEqual(['lea', 'lou', 'cto', 'both']);
    expect(evaluate(nested, '+lou').mayVote).toEqual(['lea', 'lou', 'flo', 'fin', 'cto', 'both']);
  });

  it('know a veto only once it has begun', () => {
    expect(evaluate(nested, '-fin').state).toBe('open');
    expect(evaluate(nested, '+lea -fin').state).toBe('denied');
  });
});

describe('a veto of a later stage', () => {
  it('is but a denial until its stage has begun', () => {
    const quorum: QuorumExpression = {
      kind: 'denials',
      count: 2,
      in: {
        kind: 'stages',
        of: [
          { kind: 'people', count: 2, from: [LEAD] },
          { kind: 'veto', by: [FINANCE], in: one(CTO) },
        ],
      },
    };
    expect(evaluate(quorum, '+lea -both').state).toBe('open');
    expect(evaluate(quorum, '+lea +lou -both')).toMatchObject({
      state: 'denied',
      reason: 'Denied by both, with a veto.',
    });
  });
});

describe('branches for which the same person may count, beside others', () => {
  const quorum: QuorumExpression = {
    kind: 'all',
    of: [
      one(LEAD),
      { kind: 'all', samePerson: true, of: [one(FINANCE), { kind: 'all', of: [one(LEAD), one(FINANCE)] }] },
    ],
  };

  it('share people with each other, not within a branch and not with what stands beside them', () => {
    expect(evaluate(quorum, '+lea +both').state).toBe('open');
    expect(evaluate(quorum, '+both +flo').state).toBe('open');
    expect(evaluate(quorum, '+lea +both +flo').state).toBe('approved');
  });
});

describe('people who are gone', () => {
  const all: QuorumExpression = { kind: 'unanimous', from: [LEAD] };

  it('leave what they have cast, and are still among those of whom all must approve', () => {
    expect(evaluate(all, '+lea +lou', ['lea']).state).toBe('open');
    expect(evaluate(all, '+lea +lou', ['both'])).toMatchObject({
      state: 'denied',
      reason: 'It cannot be met any more without both: it needs everybody of the role team-lead.',
    });
    expect(evaluate(all, '+lea +lou ?both', ['both']).state).toBe('denied');
  });
});

describe('the words of nested quorums', () => {
  it('tell by brackets what belongs together', () => {
    expect(
      quorumInWords({
        kind: 'stages',
        of: [
          { kind: 'any', of: [one(CTO), { kind: 'all', of: [one(LEAD), one('person:fin')] }] },
          one(FINANCE),
        ],
      }),
    ).toBe(
      '(one person of the role cto or (one person of the role team-lead and fin)), and then one person of the group finance',
    );
  });

  it('stay short, however large the quorum is', () => {
    const name = 'x'.repeat(190);
    const many: QuorumExpression = {
      kind: 'any',
      of: Array.from({ length: 60 }, (_, index) => one(`role:${name}${index}`)),
    };
    expect(quorumInWords(many).length).toBeLessThanOrEqual(1000);
    const approvers = [{ person: 'ann', via: [`role:${name}1`, `role:${name}2`] }];
    expect(evaluateQuorum(many, approvers, []).reason.length).toBeLessThanOrEqual(1100);
  });
});
