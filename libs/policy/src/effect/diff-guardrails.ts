import { GUARDRAIL_STRENGTHS } from '@tollgate/contracts';
import { type GuardrailRules } from '../document/policy-document.js';
import { sameJson } from '../document/same-json.js';
import { BoundedList } from './bounded-list.js';
import { type PartChange, diffParts } from './diff-parts.js';

/** From 0 for `absolute`: what comes later forbids less. */
const leniency = ({ strength = 'absolute' }: GuardrailRules): number => GUARDRAIL_STRENGTHS.indexOf(strength);

const has = (all: readonly string[], some: readonly string[]): boolean =>
  some.every((one) => all.includes(one));

/** Words for lists of which the larger forbids more. */
function listsInWords(before: readonly string[], after: readonly string[]): string {
  if (has(after, before)) return 'forbids more';
  return has(before, after) ? 'forbids less' : 'forbids otherwise';
}

/** The fields that only tell people, or when they are told. */
const WORDS_ONLY = new Set(['reason', 'preflight']);

const fieldsThatDiffer = (before: object, after: object): string[] => {
  const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...one.keys(), ...other.keys()])].filter(
    (name) => !sameJson(one.get(name), other.get(name)),
  );
};

/** What a change of a guardrail comes to; where that cannot be told, that it is otherwise. */
function effectOf(before: GuardrailRules | undefined, after: GuardrailRules | undefined): string {
  if (before === undefined)
    return after !== undefined && leniency(after) === 2 ? 'says more, for the record' : 'forbids more';
  if (after === undefined) return leniency(before) === 2 ? 'says less, for the record' : 'forbids less';
  const differ = fieldsThatDiffer(before, after);
  if (differ.every((name) => WORDS_ONLY.has(name))) return 'tells people otherwise';
  const rest = differ.filter((name) => !WORDS_ONLY.has(name) && name !== 'overridableBy');
  if (leniency(before) !== leniency(after))
    return rest.every((name) => name === 'strength')
      ? leniency(after) > leniency(before)
        ? 'forbids less'
        : 'forbids more'
      : 'forbids otherwise';
  if (differ.includes('overridableBy')) return 'is overridden by others';
  const [only, ...others] = rest;
  if (others.length > 0) return 'forbids otherwise';
  if (only === 'values' && before.kind === 'allowed' && after.kind === 'allowed')
    return listsInWords(after.values, before.values);
  if (only === 'actions' && before.kind === 'blocked' && after.kind === 'blocked')
    return listsInWords(before.actions, after.actions);
  if (only === 'when' && before.when === undefined) return 'forbids less';
  if (only === 'when' && after.when === undefined) return 'forbids more';
  return 'forbids otherwise';
}

const byId = (rules: readonly GuardrailRules[] = []): Map<string, GuardrailRules> =>
  new Map(rules.map((rule) => [rule.id, rule]));
const withoutId = (rules: ReadonlyMap<string, GuardrailRules>): Map<string, object> =>
  new Map([...rules].map(([id, { id: _id, ...rest }]) => [id, rest]));

/** What changed among guardrails, each with what that comes to; their order makes no difference. */
export function diffGuardrails(
  before: readonly GuardrailRules[] | undefined,
  after: readonly GuardrailRules[] | undefined,
  limit: number,
): BoundedList<PartChange> {
  const [was, is] = [byId(before), byId(after)];
  const changes = diffParts(withoutId(was), withoutId(is), limit);
  const told = new BoundedList<PartChange>(limit);
  for (const { kind, rule, what } of changes.items)
    told.add({ kind, rule, what: `${effectOf(was.get(rule), is.get(rule))}: ${what}` });
  told.more = changes.more;
  return told;
}
