import { type PlanStep, type Request } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { type Facts } from '../conditions/facts.js';
import { MAX_STEPS } from '../document/read-checkpoints.js';
import { askPeople } from '../route/ask-people.js';
import { denied, type Ruling } from '../route/ruling.js';

/** How often those of the last step are mailed anew before they are only shown what waits for them. */
const ROUNDS = 5;

/** A plan whose silence only asks on: the last ones are asked again and again. */
function askingOn(plan: readonly PlanStep[]): PlanStep[] {
  const last = plan.slice(-1);
  const again = Math.max(0, Math.min(ROUNDS - 1, MAX_STEPS - plan.length));
  return [...plan, ...Array.from({ length: again }, () => last).flat()].map((step) => ({
    ...step,
    onSilence: 'next',
  }));
}

/**
 * Who reviews that somebody broke the glass: those whom the rule names by which they did.
 * @param request the review; its `target.rule` names that rule
 */
export function reviewRuling(compiled: CompiledPolicy, request: Request, facts: Facts): Ruling {
  const rule = compiled.breakGlass.find(({ id }) => id === request.target['rule']);
  if (rule === undefined) return denied(compiled, 'none', { kind: 'no-line' });
  const { electorate, checkpoint } = rule.review;
  const ruling = askPeople(
    compiled,
    { rule: rule.id, electorate, checkpoints: [checkpoint], signOffs: [] },
    request,
    facts,
  );
  return { ...ruling, plan: askingOn(ruling.plan) };
}
