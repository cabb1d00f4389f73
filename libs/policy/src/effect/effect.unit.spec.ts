import { describe, expect, it } from '@jest/globals';
import { type JsonObject } from '@tollgate/contracts';
import { explainDecision } from '../explain/explain-decision.js';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';
import { diffPolicies } from './diff-policies.js';
import { showMatrix } from './show-matrix.js';

const directory = aDirectory({ ann: ['lead'], ben: ['lead'], eve: ['cto'] });
const line = { id: 'a', action: 'deploy', riskLevel: '*', environment: '*', decide: 'lead' };
const policyOf = (matrix: JsonObject[], more: JsonObject = {}, dir: JsonObject = directory) =>
  compiled(aPolicy(matrix, more), dir);

describe('showMatrix', () => {
  it('resolves every cell', () => {
    const { actions, environments, cells, moreActions } = showMatrix(
      policyOf(
        [
          { ...line, id: 'ci', riskLevel: 'low', environment: 'ci', decide: 'automation' },
          { ...line, id: 'pii', riskLevel: 'high', when: 'has(target.pii)', decide: 'deny' },
          { ...line, id: 'rest', riskLevel: ['low', 'high'], checkpoint: 'slow' },
          { ...line, id: 'any', action: '*', riskLevel: 'critical', decide: 'deny' },
        ],
        {
          checkpoints: {
            default: { timeout: 'PT4H', onSilence: 'deny' },
            slow: { timeout: 'PT1H', onSilence: { ask: 'cto', checkpoint: 'default' } },
          },
        },
      ),
    );
    expect({ actions, environments, moreActions }).toEqual({
      actions: ['deploy', '*'],
      environments: ['ci', '*'],
      moreActions: 0,
    });
    expect(cells).toHaveLength(2 * 2 * 4);
    expect(cells.slice(0, 8).map(({ kind, rule }) => [kind, rule])).toEqual([
      ['automation', 'ci'],
      ['gap', undefined],
      ['conditional', 'pii'],
      ['deny', 'any'],
      ['people', 'rest'],
      ['gap', undefined],
      ['conditional', 'pii'],
      ['deny', 'any'],
    ]);
    expect(cells[4]).toEqual({
      action: 'deploy',
      environment: '*',
      riskLevel: 'low',
      kind: 'people',
      decider: 'one person of the role lead',
      rule: 'rest',
      timeout: 'PT1H',
      onSilence: 'one person of the role cto for PT4H, then denied',
      signIn: 'link',
    });
    expect(cells[6]?.decider).toBe('if has(target.pii): denied; otherwise one person of the role lead');
  });

  it('marks the cells that no request comes to', () => {
    const risk = [{ id: 'r', when: 'environment == "production"', raiseTo: 'high' }];
    const { cells } = showMatrix(
      policyOf([line, { ...line, id: 'b', action: 'x', environment: 'production' }], { risk }),
    );
    const low = cells.filter(({ riskLevel, action }) => riskLevel === 'low' && action === 'deploy');
    expect(low.map(({ environment, unreachable }) => [environment, unreachable])).toEqual([
      ['production', true],
      ['*', undefined],
    ]);
  });

  it('bounds what it shows', () => {
    const lines = Array.from({ length: 3_000 }, (_, n) => ({
      ...line,
      id: `l${n}`,
      action: `a${n}`,
      environment: `e${n}`,
    }));
    const { cells, moreActions } = showMatrix(policyOf(lines));
    expect(cells.length).toBeLessThanOrEqual(20_000);
    expect(moreActions).toBe(2_995);
  });
});

describe('diffPolicies', () => {
  const before = policyOf([line, { ...line, id: 'b', action: 'x' }]);
  const cellsOf = (matrix: JsonObject[], dir: JsonObject = directory, more: JsonObject = {}) =>
    diffPolicies(policyOf([line]), policyOf(matrix, more, dir)).cells.map(({ effect }) => effect);

  it('finds nothing between a revision and itself', () => {
    expect(diffPolicies(before, before)).toEqual({
      lines: [],
      risk: [],
      checkpoints: [],
      guardrails: [],
      breakGlass: [],
      secrets: [],
      calendars: [],
      people: [],
      cells: [],
      more: {},
    });
  });

  it.each<[string, JsonObject, JsonObject | undefined, string]>([
    ['automation instead of people', { decide: 'automation' }, undefined, 'widened'],
    ['a no instead of people', { decide: 'deny' }, undefined, 'narrowed'],
    ['more people', {}, aDirectory({ ann: ['lead'], ben: ['lead'], eve: ['cto', 'lead'] }), 'widened'],
    ['fewer people', {}, aDirectory({ ann: ['lead'], ben: [], eve: ['cto'] }), 'narrowed'],
    ['other people', {}, aDirectory({ ann: [], ben: ['lead'], eve: ['cto', 'lead'] }), 'changed'],
    ['another quorum', { decide: { atLeast: 2, of: 'lead' } }, undefined, 'changed'],
    ['a condition', { when: 'has(target.x)' }, undefined, 'changed'],
  ])('tells what becomes of a cell: %s', (_, given, dir, effect) => {
    expect(new Set(cellsOf([{ ...line, ...given }], dir))).toEqual(new Set([effect]));
  });

  it('tells what a change of the sign-in comes to, with that of what it does to the people', () => {
    const critical = { ...line, riskLevel: 'critical' };
    const more = aDirectory({ ann: ['lead'], ben: ['lead'], eve: ['cto', 'lead'] });
    const diff = (given: JsonObject, root: JsonObject = {}, dir = directory) =>
      diffPolicies(policyOf([critical]), policyOf([{ ...critical, ...given }], root, dir)).cells;
    expect(diff({ signIn: 'passkey' })).toEqual([]);
    expect(diff({}, { signIn: { high: 'link' } })).toEqual([]);
    expect(diff({ signIn: 'link' })).toMatchObject([
      {
        riskLevel: 'critical',
        effect: 'widened',
        before: 'one person of the role lead (with a passkey)',
        after: 'one person of the role lead (with the link of the mail)',
      },
    ]);
    expect(diff({}, { signIn: { critical: 'signed-in' } })).toMatchObject([{ effect: 'widened' }]);
    expect(diff({ signIn: 'link' }, {}, more)).toMatchObject([{ effect: 'widened' }]);
    expect(
      diffPolicies(
        policyOf([{ ...line, riskLevel: 'low' }]),
        policyOf([{ ...line, riskLevel: 'low', signIn: 'passkey' }]),
      ).cells,
    ).toMatchObject([{ effect: 'narrowed' }]);
    expect(
      diffPolicies(policyOf([critical], {}, more), policyOf([{ ...critical, signIn: 'link' }])).cells,
    ).toMatchObject([{ effect: 'changed' }]);
  });

  it('shows the sign-in of the policy where it changes, with its defaults', () => {
    const { checkpoints } = diffPolicies(
      before,
      policyOf([line], { signIn: { low: 'link', high: 'passkey' } }),
    );
    expect(checkpoints).toEqual([
      { kind: 'changed', rule: 'signIn by risk', what: 'high: signed-in → passkey' },
    ]);
  });

  it('counts silence that approves as wider, and does not guess where the escalation changed', () => {
    const low = { ...line, riskLevel: 'low', environment: 'staging' };
    const checkpoints = (onSilence: unknown) =>
      ({
        default: { timeout: 'PT1H', onSilence },
        end: { timeout: 'PT1H', onSilence: 'deny' },
      }) as JsonObject;
    const diff = (onSilence: unknown, dir = directory) =>
      diffPolicies(policyOf([low]), policyOf([low], { checkpoints: checkpoints(onSilence) }, dir)).cells.map(
        ({ effect }) => effect,
      );
    expect(diff('approve')).toEqual(['widened']);
    expect(
      diff({ ask: 'cto', checkpoint: 'end' }, aDirectory({ ann: ['lead'], ben: [], eve: ['cto'] })),
    ).toEqual(['changed']);
  });

  it('names the rules that were added, removed, changed and moved', () => {
    const after = policyOf(
      [{ ...line, id: 'c', action: 'y' }, { ...line, id: 'b', action: 'x', decide: 'cto' }, line],
      {
        risk: [{ id: 'r', when: 'true', raiseTo: 'high' }],
        releaseValidity: 'PT1H',
        guardrails: [{ id: 'g', kind: 'blocked', actions: ['z'], reason: 'never' }],
      },
    );
    const diff = diffPolicies(before, after);
    expect(diff.lines.map(({ kind, rule, what }) => `${kind} ${rule}: ${what}`)).toEqual([
      expect.stringContaining('added c: {"action":"y"'),
      'changed b: stands at another place; decide: lead → cto',
    ]);
    expect(diff.risk).toMatchObject([{ kind: 'added', rule: 'r' }]);
    expect(diff.checkpoints).toEqual([
      { kind: 'changed', rule: 'releaseValidity', what: 'is: PT15M → PT1H' },
    ]);
    expect(diff.guardrails).toMatchObject([{ kind: 'added', rule: 'g' }]);
    expect(diffPolicies(after, before).lines.map(({ kind, rule }) => `${kind} ${rule}`)).toContain(
      'removed c',
    );
  });

  it('names what changed about people', () => {
    const dir = aDirectory({ ann: ['lead', 'cto'], eve: [], zoe: ['cto'] }, ['ann']);
    const after = compiled(aPolicy([{ ...line, decide: 'cto' }]), { ...dir, roles: ['lead', 'cto'] });
    expect(diffPolicies(before, after).people).toEqual([
      { person: 'ben', change: 'is removed' },
      { person: 'ann', change: 'is no longer active; is now in role cto' },
      { person: 'eve', change: 'is no longer in role cto' },
      { person: 'zoe', change: 'is added, in role cto' },
    ]);
  });

  it('is bounded, and lets nothing that widens hide behind what does not', () => {
    const many = (decide: (n: number) => string) =>
      policyOf(
        Array.from({ length: 100 }, (_, n) => ({
          ...line,
          id: `l${n}`,
          action: `a${n}`,
          riskLevel: 'low',
          decide: decide(n),
        })),
      );
    const { cells, lines, more } = diffPolicies(
      many(() => 'lead'),
      many((n) => (n === 99 ? 'automation' : 'deny')),
      10,
    );
    expect(cells).toHaveLength(10);
    expect(cells[0]).toMatchObject({ action: 'a99', effect: 'widened' });
    expect(lines).toHaveLength(10);
    expect(more).toEqual({ lines: 90, cells: 90 });
  });
});

describe('explainDecision', () => {
  it('says why each earlier line for the action did not match', () => {
    const policy = policyOf([
      { ...line, id: 'high', riskLevel: ['high', 'critical'], decide: 'cto' },
      { ...line, id: 'ci', environment: 'ci' },
      { ...line, id: 'other', action: 'x' },
      { ...line, id: 'pii', when: 'has(target.pii)' },
      line,
      { ...line, id: 'later', action: '*' },
    ]);
    expect(explainDecision(policy, aRequest({ action: 'deploy', requester: 'ann' }))).toMatchObject({
      line: 'a',
      earlier: [
        { rule: 'high', why: 'it is for high or critical risk, and the risk is low' },
        { rule: 'ci', why: 'it is for ci, and the environment is production' },
        { rule: 'pii', why: 'its condition does not hold: has(target.pii)' },
      ],
      risk: { claimed: 'low', effective: 'low' },
      route: { rule: 'a', plan: [{ approvers: [{ person: 'ben' }], excluded: [{ person: 'ann' }] }] },
      guardrails: [],
    });
  });

  it('says what the guardrails would, and where no line matches', () => {
    const policy = policyOf([{ ...line, riskLevel: 'low' }], {
      guardrails: [{ id: 'never', kind: 'blocked', actions: ['deploy'], reason: 'No.' }],
    });
    const explained = explainDecision(policy, aRequest({ action: 'deploy', riskLevel: 'high' }));
    expect(explained.line).toBeUndefined();
    expect(explained).toMatchObject({
      earlier: [{ rule: 'a' }],
      route: { rule: 'none', decider: 'deny' },
      guardrails: [{ rule: 'never', verdict: 'blocked' }],
    });
  });
});
