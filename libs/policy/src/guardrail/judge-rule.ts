import { type JsonValue, type Selector } from '@tollgate/contracts';
import { Temporal } from 'temporal-polyfill';
import { quorumInWords } from '../quorum/quorum-words.js';
import { type CompiledGuardrail, type SignOff } from './compiled-guardrail.js';
import { type RuleFacts } from './rule-facts.js';

/** What a rule says by itself, whatever its strength. `open`: it cannot be told before the decision. */
export interface RuleFinding {
  readonly says: 'passes' | 'blocks' | 'open';
  /** For people. */
  readonly reason: string;
}

const SHOWN = 100;

const shown = (value: JsonValue): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
};

const passes = (reason: string): RuleFinding => ({ says: 'passes', reason });
const OUT = passes('the rule does not apply');
const NOT_FORBIDDEN = passes('what it forbids is not asked');
const ACTION_FREE = passes('the action is not blocked');
const WITHIN_MAINTENANCE = passes('it is within the maintenance window');
const NO_FREEZE = passes('there is no freeze');
const YOUNG = passes('the decision is not too old');
const SIGNED = passes('it is signed off');

type Of<Kind extends CompiledGuardrail['kind']> = Extract<CompiledGuardrail, { kind: Kind }>;

const blocks = (rule: Pick<CompiledGuardrail, 'reason'>, why: string): RuleFinding => ({
  says: 'blocks',
  reason: `${rule.reason} (${why})`,
});
const unclear = (rule: CompiledGuardrail, what: string, fault: string): RuleFinding =>
  blocks(
    rule,
    `${what} could not be evaluated${rule.strength === 'advisory' ? '' : ', so it blocks'}: ${fault}`,
  );

function judgeAllowed(rule: Of<'allowed'>, facts: RuleFacts): RuleFinding {
  const values = facts.valuesAt(rule.field);
  const offending = values.find((value) => typeof value !== 'string' || !rule.values.has(value));
  if (offending !== undefined) return blocks(rule, `${rule.field} is ${shown(offending)}`);
  return passes(values.length === 0 ? `the request carries no ${rule.field}` : `${rule.field} is allowed`);
}

function judgeCondition(rule: Of<'condition'>, facts: RuleFacts): RuleFinding {
  const forbidden = facts.evaluate(rule.forbid);
  if (forbidden === false) return NOT_FORBIDDEN;
  return forbidden === true ? { says: 'blocks', reason: rule.reason } : unclear(rule, 'it', forbidden.fault);
}

/** `one person of the role dpo`. */
export const signersInWords = (from: readonly Selector[]): string =>
  quorumInWords({ kind: 'people', count: 1, from });

function judgeSignOff(rule: SignOff, facts: RuleFacts): RuleFinding {
  if (facts.moment === undefined)
    return { says: 'open', reason: `it needs the sign-off of ${signersInWords(rule.from)}` };
  return facts.isSignedOff(facts.moment, rule.from)
    ? SIGNED
    : blocks(rule, `it lacks the sign-off of ${signersInWords(rule.from)}`);
}

/** An instant on the clock of a zone, for people: `2026-12-18 17:00`. */
export const onClock = (instant: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');

function judgeWindow(rule: Of<'window'>, { moment }: RuleFacts): RuleFinding {
  if (moment === undefined) return { says: 'open', reason: 'it depends on when it is decided' };
  const { now } = moment;
  const { window, mode } = rule;
  const { zone } = window.parts;
  const isWithin = window.at(now) !== undefined;
  if (mode === 'maintenance')
    return isWithin
      ? WITHIN_MAINTENANCE
      : blocks(rule, `${onClock(now, zone)} ${zone} is outside of the maintenance window`);
  if (!isWithin) return NO_FREEZE;
  const end = window.endOf(now);
  const until = end === undefined ? '' : `, which ends at ${onClock(end, zone)}`;
  return blocks(rule, `${onClock(now, zone)} ${zone} is within the freeze${until}`);
}

function judgeMaxAge(rule: Of<'max-age'>, facts: RuleFacts): RuleFinding {
  const { moment } = facts;
  if (moment === undefined) return { says: 'open', reason: 'it depends on when the release is used' };
  return facts.ageAt(moment) <= rule.maxAgeMs
    ? YOUNG
    : blocks(rule, `it was decided at ${moment.decision.decidedAt}, more than ${rule.maxAge} ago`);
}

function judgeApplying(rule: CompiledGuardrail, facts: RuleFacts): RuleFinding {
  switch (rule.kind) {
    case 'allowed':
      return judgeAllowed(rule, facts);
    case 'blocked':
      return rule.actions.has(facts.request.action)
        ? blocks(rule, `the action is ${facts.request.action}`)
        : ACTION_FREE;
    case 'condition':
      return judgeCondition(rule, facts);
    case 'sign-off':
      return judgeSignOff(rule, facts);
    case 'window':
      return judgeWindow(rule, facts);
    case 'max-age':
      return judgeMaxAge(rule, facts);
  }
}

/**
 * What one guardrail says of a request, whatever its strength. It never throws: a rule that cannot be judged blocks, and
 * says so.
 */
export function judgeRule(rule: CompiledGuardrail, facts: RuleFacts): RuleFinding {
  try {
    const applies = rule.when === undefined ? true : facts.evaluate(rule.when);
    if (applies === false) return OUT;
    return applies === true ? judgeApplying(rule, facts) : unclear(rule, 'when it applies', applies.fault);
  } catch (error) {
    return unclear(rule, 'it', error instanceof RangeError ? error.message : 'it failed');
  }
}
