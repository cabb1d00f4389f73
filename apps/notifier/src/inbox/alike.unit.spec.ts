import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aFile } from '../testing/routes.js';
import { alikeKey, alikeOf, groupAlike, mayBeTogether } from './alike.js';

const base = () => aFile({ rule: 'deploys', signIn: 'link' });

describe('requests are alike', () => {
  it('where action, environment, effective risk, policy line and sign-in are the same, whatever else differs', () => {
    const other = aFile(
      { rule: 'deploys', signIn: 'link', explanation: 'another sentence' },
      { target: { service: 'search' }, reason: 'another reason', requester: 'somebody', riskLevel: 'low' },
    );
    expect(alikeKey(alikeOf(other))).toBe(alikeKey(alikeOf(base())));
  });

  it.each([
    ['action', aFile({ rule: 'deploys' }, { action: 'drop_table' })],
    ['environment', aFile({ rule: 'deploys' }, { environment: 'staging' })],
    ['effective risk', aFile({ rule: 'deploys', riskLevel: { claimed: 'high', effective: 'critical' } })],
    ['policy line', aFile({ rule: 'deploys-at-night' })],
    ['sign-in', aFile({ rule: 'deploys', signIn: 'signed-in' })],
  ])('and not where the %s differs', (_what, file) => {
    expect(alikeKey(alikeOf(file))).not.toBe(alikeKey(alikeOf(base())));
  });

  it('and never because two fields together read the same', () => {
    const name = fc.string({ maxLength: 6 });
    const one = fc.record({
      action: name,
      environment: name,
      rule: name,
      risk: fc.constantFrom('low' as const, 'high' as const),
      signIn: fc.constantFrom('link' as const, 'signed-in' as const),
    });
    fc.assert(
      fc.property(one, one, (left, right) => {
        const same = (['action', 'environment', 'rule', 'risk', 'signIn'] as const).every(
          (field) => left[field] === right[field],
        );
        expect(alikeKey(left) === alikeKey(right)).toBe(same);
      }),
    );
  });
});

describe('groups of alike requests', () => {
  it('keep the order of what they hold, and lose nothing', () => {
    const files = [
      base(),
      aFile({ rule: 'deploys' }, { action: 'restart' }),
      base(),
      aFile({ rule: 'deploys' }, { action: 'restart' }),
    ];
    const groups = groupAlike(files, (file) => file);
    expect(groups.map(({ alike }) => alike.action)).toEqual(['deploy_prod', 'restart']);
    expect(groups.map(({ items }) => items)).toEqual([
      [files[0], files[2]],
      [files[1], files[3]],
    ]);
  });
});

it('nothing that needs a passkey is decided together with anything', () => {
  expect(mayBeTogether(alikeOf(aFile({ signIn: 'passkey' })))).toBe(false);
  expect(mayBeTogether(alikeOf(aFile({ signIn: 'signed-in' })))).toBe(true);
});
