import { type Override, type PreflightResult } from '@tollgate/contracts';

/** What somebody who decides is told of a guardrail: a sentence or two, with its name between. */
export interface GuardrailNotice {
  readonly before: string;
  readonly guardrail: string;
  readonly after: string;
  /** False for what blocks nothing. */
  readonly warns: boolean;
}

type Named = (person: string) => string;

const overriddenBy = ({ person, justification }: Override, nameOf: Named): string =>
  `${nameOf(person)} has overridden it: “${justification}”`;

function noticeOf(
  { guardrail, verdict, reason = '', strength = 'absolute' }: PreflightResult,
  override: Override | undefined,
  nameOf: Named,
): GuardrailNotice {
  const why = reason === '' ? '' : ` ${reason}`;
  if (override !== undefined)
    return {
      before: verdict === 'possible' ? 'The guardrail ' : 'As things stand, the guardrail ',
      guardrail,
      after: ` ${verdict === 'possible' ? 'may' : 'would'} block it; ${overriddenBy(override, nameOf)}${why}`,
      warns: false,
    };
  if (strength === 'advisory')
    return {
      before: 'The guardrail ',
      guardrail,
      after: ` advises against it, and blocks nothing.${why}`,
      warns: true,
    };
  const unless =
    strength === 'overridable' ? ', unless somebody who may do so overrides it before the decision' : '';
  return verdict === 'possible'
    ? {
        before: 'The guardrail ',
        guardrail,
        after: ` may block it even if it is approved, depending on when that is${unless}.${why}`,
        warns: true,
      }
    : {
        before: 'As things stand, the guardrail ',
        guardrail,
        after: ` will block it even if it is approved${unless}.${why}`,
        warns: true,
      };
}

/**
 * What people are told of guardrails before they decide: what would or may block, and what was overridden by whom.
 * @param nameOf how people are called
 */
export function guardrailNotices(
  preflight: readonly PreflightResult[],
  overrides: readonly Override[],
  nameOf: Named,
): GuardrailNotice[] {
  const last = new Map(overrides.map((override) => [override.guardrail, override]));
  const told = preflight.filter(({ verdict }) => verdict !== 'passed');
  const known = new Set(told.map(({ guardrail }) => guardrail));
  return [
    ...told.map((result) => noticeOf(result, last.get(result.guardrail), nameOf)),
    ...[...last.values()]
      .filter(({ guardrail }) => !known.has(guardrail))
      .map((override) => ({
        before: 'The guardrail ',
        guardrail: override.guardrail,
        after: `: ${overriddenBy(override, nameOf)}`,
        warns: false,
      })),
  ];
}

/** The same as one text. */
export const noticeText = ({ before, guardrail, after }: GuardrailNotice): string =>
  before + guardrail + after;
