import { type QuorumExpression } from '@tollgate/contracts';
import { describe, expect, it } from '@jest/globals';
import { quorumInShort } from './quorum-in-short.js';

const cto: QuorumExpression = { kind: 'one', from: 'role:cto' };
const erin: QuorumExpression = { kind: 'one', from: 'person:erin' };
const two: QuorumExpression = { kind: 'people', count: 2, from: ['role:team-lead', 'group:dba'] };

describe('a quorum in short', () => {
  it.each<[QuorumExpression, string]>([
    [cto, 'cto'],
    [erin, 'person:erin'],
    [two, '2 of (team-lead or group:dba)'],
    [{ kind: 'majority', from: ['role:board'] }, 'most of board'],
    [{ kind: 'unanimous', from: ['role:board'] }, 'all of board'],
    [{ kind: 'weighted', threshold: 3, of: [{ from: 'role:cto', weight: 2 }] }, 'weight 3 of cto'],
    [{ kind: 'any', of: [cto, erin] }, 'cto or person:erin'],
    [
      { kind: 'all', of: [cto, { kind: 'any', of: [erin, two] }] },
      'cto + (person:erin or 2 of (team-lead or group:dba))',
    ],
    [
      { kind: 'atLeast', count: 2, of: [cto, erin, two] },
      '2 of (cto, person:erin, 2 of (team-lead or group:dba))',
    ],
    [
      { kind: 'stages', of: [{ kind: 'all', of: [cto, erin] }, two] },
      '(cto + person:erin) → 2 of (team-lead or group:dba)',
    ],
    [{ kind: 'veto', by: ['role:cto'], in: erin }, 'person:erin, veto cto'],
    [{ kind: 'denials', count: 2, in: cto }, 'cto, 2 denials'],
    [{ kind: 'denials', count: 1, in: cto }, 'cto'],
  ])('%j is %s', (quorum, words) => {
    expect(quorumInShort(quorum)).toBe(words);
  });
});
