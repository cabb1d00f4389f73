import { type Decision, type Request, type Route, type Vote } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { durationMs } from '../document/duration.js';
import { judge } from '../guardrail/judge.js';
import { foresee } from '../guardrail/preflight.js';
import { type CaseRequest } from './cases-document.js';

const approval = (person: string, at: string): Vote => ({
  person,
  step: 0,
  verdict: 'approve',
  reason: '',
  at,
  authentication: 'passkey',
  counted: true,
});

/**
 * What the guardrails would say of a case if it were approved: by whom the case says, or by everybody who is asked and
 * everybody whose sign-off is wanted.
 * @returns ids
 */
export function guardrailsOfCase(
  compiled: CompiledPolicy,
  { at, approvedBy, usedAfter }: CaseRequest,
  request: Request,
  route: Route,
): { readonly blocking: string[]; readonly advised: string[] } {
  const decidedAt = at ?? request.submittedAt;
  const everybody = [
    ...(route.plan[0]?.approvers.map(({ person }) => person) ?? []),
    ...compiled.guardrails.flatMap((rule) =>
      rule.kind === 'sign-off' ? rule.from.flatMap((selector) => compiled.people.get(selector) ?? []) : [],
    ),
  ];
  const decision: Decision = {
    outcome: 'approved',
    decidedBy: 'people',
    step: 0,
    openedAt: decidedAt,
    votes: [...new Set(approvedBy ?? everybody)].map((person) => approval(person, decidedAt)),
    overrides: [],
    decidedAt,
    explanation: '',
    policyRevision: compiled.revision,
  };
  const now = Date.parse(decidedAt) + (usedAfter === undefined ? 0 : (durationMs(usedAfter) ?? 0));
  const untold = new Set(
    at === undefined
      ? foresee(compiled, request, route.riskLevel.effective).flatMap(({ rule, says }) =>
          rule.kind === 'window' && says === 'open' ? [rule.id] : [],
        )
      : [],
  );
  const { results } = judge(compiled, { request, route, decision }, now);
  const ids = (wanted: string): string[] =>
    results.flatMap(({ rule, verdict }) => (verdict === wanted && !untold.has(rule) ? [rule] : []));
  return { blocking: ids('blocked'), advised: ids('advised') };
}
