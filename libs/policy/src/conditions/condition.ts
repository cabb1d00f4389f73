import {
  EvaluationError,
  ParseError,
  type ParseResult,
  TypeError as CelTypeError,
} from '@marcbachmann/cel-js';
import {
  celEnvironment,
  type ConditionCost,
  type ConditionFault,
  judgeProfile,
  MAX_CONDITION,
  VARIABLE_NAMES,
} from './cel-profile.js';
import { type Facts } from './facts.js';

/** How many rounds the loops of a condition may make. */
export const MAX_ROUNDS = 10_000;
/** How many of them may search a text. */
const MAX_SEARCHES = 100;
/** What a search counts for, in rounds. */
const SEARCH_ROUNDS = 200;

/** What a condition comes to: it holds, it does not, or why it cannot be told. */
export type ConditionResult = boolean | { readonly fault: string };

/** A CEL condition that was checked. Immutable; evaluation takes no longer than its bounds allow. */
export interface Condition {
  readonly text: string;
  /** The names that it speaks of. */
  readonly variables: ReadonlySet<string>;
  /** True where it takes longer the more data there is: it has loops, or searches texts. */
  readonly costly: boolean;
  evaluate(facts: Facts): ConditionResult;
}

const environment = celEnvironment();

type CelError = ParseError | CelTypeError;

const isCelError = (error: unknown): error is CelError =>
  error instanceof ParseError || error instanceof CelTypeError;

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function worded(error: CelError, text: string): ConditionFault {
  // The offset of an end that is missing is the end of the text.
  const offset = Math.min(error.range?.start ?? 0, Math.max(text.length - 1, 0));
  if (error.code === 'unknown_variable')
    return { offset, message: `${lowered(error.summary)}; there are ${VARIABLE_NAMES.join(', ')}` };
  return { offset, message: lowered(error.summary) };
}

const isFault = (judged: ConditionFault | ConditionCost): judged is ConditionFault => 'message' in judged;

/** Errors whose words hold types and names of the condition only, never a value of the request. */
const HARMLESS = new Set([
  'no_such_overload',
  'no_matching_overload',
  'unknown_variable',
  'unsupported_type',
]);

function failure(error: unknown, text: string): string {
  if (error instanceof RangeError) return error.message;
  if (!(error instanceof EvaluationError)) return 'it cannot be evaluated';
  if (error.code === 'no_such_key') {
    const [, key = ''] = /^No such key: (.*)$/s.exec(error.summary) ?? [];
    return key !== '' && text.includes(key) ? `there is no ${key}` : 'a field is missing';
  }
  return HARMLESS.has(error.code) ? lowered(error.summary) : error.code.replaceAll('_', ' ');
}

function bounded(program: ParseResult, cost: ConditionCost, text: string): Condition {
  const most = cost.searchesInLoop ? MAX_SEARCHES : MAX_ROUNDS;
  return {
    text,
    variables: cost.variables,
    costly: cost.loops > 0 || cost.searches > 0,
    evaluate(facts) {
      const entries = cost.loops === 0 ? 1 : Math.max(facts.longest, cost.longest);
      const rounds = entries ** cost.loops;
      if (rounds > most) return { fault: `a list of ${entries} entries is too long for its loops` };
      const spent = (cost.loops === 0 ? 0 : rounds) + rounds * cost.searches * SEARCH_ROUNDS;
      if (spent > 0 && !facts.spend(spent))
        return { fault: 'the conditions of this request take too long together' };
      try {
        const value: unknown = program(facts.variables);
        return typeof value === 'boolean' ? value : { fault: 'it is neither true nor false' };
      } catch (error) {
        return { fault: failure(error, text) };
      }
    },
  };
}

/**
 * Compiles a condition in CEL (Common Expression Language) under the profile of policies: declared variables only, a
 * result that is true or false, functions and loops that cannot run long.
 * @param text of the expression
 */
export function compileCondition(
  text: string,
):
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly fault: ConditionFault } {
  const refused = (fault: ConditionFault) => ({ ok: false, fault }) as const;
  if (text.length > MAX_CONDITION)
    return refused({
      offset: 0,
      message: `is ${text.length} characters long; at most ${MAX_CONDITION} are read`,
    });
  try {
    const program = environment.parse(text);
    const judged = judgeProfile(program.ast);
    if (isFault(judged)) return refused(judged);
    const checked = program.check();
    if (checked.error !== undefined) return refused(worded(checked.error, text));
    if (checked.type !== 'bool')
      return refused({
        offset: 0,
        message: `must be true or false, and is ${checked.type ?? 'neither'}: compare it with something`,
      });
    return { ok: true, condition: bounded(program, judged, text) };
  } catch (error) {
    if (isCelError(error)) return refused(worded(error, text));
    if (error instanceof RangeError) return refused({ offset: 0, message: 'nests too deep' });
    throw error;
  }
}
