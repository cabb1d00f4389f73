import { type DelegationDeclared, type PlanStep, type RouteResolved } from '@tollgate/contracts';
import {
  type CompiledPolicy,
  delegationObstacle,
  evaluateQuorum,
  isActive,
  whoIsExcluded,
} from '@tollgate/policy';
import { type Approval, type Instant, type StandIn, stepOf } from '../approval/approval.js';
import { type Asked } from '../approval/asked.js';

/**
 * Who stands for whom on a request: the delegations that hold there.
 * @param now the database's clock
 * @param policy that rules; its directory says who is active and who has a part in the request
 */
export function standInsOf(
  file: Pick<RouteResolved, 'request' | 'route'>,
  delegations: readonly DelegationDeclared[],
  now: Instant,
  policy: CompiledPolicy,
): StandIn[] {
  if (delegations.length === 0) return [];
  const facts = {
    excluded: whoIsExcluded(policy, file),
    isActive: (person: string): boolean => isActive(policy, person),
  };
  return delegations
    .filter(({ from, to, ...rest }) => {
      const vote = { requestId: file.request.id, person: to, onBehalfOf: from, at: now };
      return delegationObstacle({ from, to, ...rest }, vote, facts) === undefined;
    })
    .map(({ from, to }) => ({ from, to }));
}

/**
 * Of the absent people, those whom nobody needs to bother: a delegate who is there and has no other voice on the step
 * speaks for them, or the step can be met without them.
 */
function absentOf(
  { quorum, approvers }: Pick<PlanStep, 'quorum' | 'approvers'>,
  holding: readonly StandIn[],
  away: readonly string[],
): string[] {
  const taken = new Set([...approvers.map(({ person }) => person), ...away]);
  const silent = new Set<string>();
  const absent: string[] = [];
  for (const person of new Set(holding.map(({ from }) => from))) {
    const free = holding.find(({ from, to }) => from === person && !taken.has(to));
    if (free !== undefined) taken.add(free.to);
    else if (evaluateQuorum(quorum, approvers, [], new Set([...silent, person])).state !== 'denied')
      silent.add(person);
    else continue;
    absent.push(person);
  }
  return absent;
}

/**
 * Whom a step asks, with the delegates of those who are asked. The absent are asked as well and may vote, but get no mail
 * while somebody speaks for them.
 */
export function withStandIns(
  asked: Asked,
  step: Pick<PlanStep, 'quorum' | 'approvers'>,
  standIns: readonly StandIn[],
): Asked {
  const holding = standIns.filter(({ from }) => asked.approvers.includes(from));
  if (holding.length === 0) return asked;
  const absent = absentOf(
    step,
    holding,
    standIns.map(({ from }) => from),
  );
  return {
    ...asked,
    approvers: [...new Set([...asked.approvers, ...holding.map(({ to }) => to)])],
    ...(absent.length === 0 ? {} : { absent }),
    standIns: holding,
  };
}

/** Everybody whom an approval may ask when the silence of its step opens another one. */
export const personsLater = ({ file, step }: Pick<Approval, 'file' | 'step'>): string[] =>
  stepOf(file, step).onSilence === 'next'
    ? file.route.plan.slice(step + 1).flatMap(({ approvers }) => approvers.map(({ person }) => person))
    : [];
