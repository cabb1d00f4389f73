import { type PlanStep, type QuorumExpression, type Request } from '@tollgate/contracts';
import {
  type CompiledCheckpoint,
  type CompiledClock,
  type CompiledPolicy,
  type Electorate,
} from '../compile/compiled-policy.js';
import { type Facts } from '../conditions/facts.js';
import { MAX_APPROVERS } from '../document/check-together.js';
import { type SignOff } from '../guardrail/compiled-guardrail.js';
import { withSignOffs } from '../guardrail/with-sign-offs.js';
import { quorumFaults } from '../quorum/read-quorum.js';
import { type RouteStory } from './explain-route.js';
import { denied, type Ruling } from './ruling.js';
import { involvementIn, whoMayVote } from './who-may-vote.js';

type Chosen = { readonly checkpoint: CompiledCheckpoint } | { readonly name: string; readonly fault: string };

function chooseCheckpoint(checkpoints: readonly CompiledCheckpoint[], facts: Facts): Chosen {
  for (const checkpoint of checkpoints) {
    const verdict = checkpoint.when?.evaluate(facts) ?? true;
    if (verdict === true) return { checkpoint };
    if (verdict !== false) return { name: checkpoint.name, fault: verdict.fault };
  }
  throw new Error('the last checkpoint of a line has no condition');
}

/** The terms of a step; where somebody must sign off, silence is no yes. */
const termsOf = (
  { timeout, reminders, onSilence, workingTime, reasonFor, pauseForAnswer }: CompiledClock,
  isSignedOff: boolean,
) => ({
  timeout,
  reminders: [...reminders],
  onSilence: isSignedOff && onSilence === 'approve' ? ('deny' as const) : onSilence,
  ...(workingTime === undefined ? {} : { workingTime }),
  ...(reasonFor.length === 0 ? {} : { reasonFor: [...reasonFor] }),
  ...(pauseForAnswer === undefined ? {} : { pauseForAnswer }),
});

/** Why a quorum with sign-offs cannot be asked; each by itself was checked when the policy was read. */
function tooLarge(compiled: CompiledPolicy, quorum: QuorumExpression): string | undefined {
  const [fault] = quorumFaults(quorum);
  if (fault !== undefined) return fault.message;
  const { people } = compiled.electorateOf(quorum);
  return people.size > MAX_APPROVERS ? `it stands for ${people.size} people` : undefined;
}

/** Who is asked, how long, and who signs off besides. */
export interface Asking {
  readonly rule: string;
  /** Undefined where only sign-offs are asked for. */
  readonly electorate: Electorate | undefined;
  /** The first whose condition holds is taken; the last has none. */
  readonly checkpoints: readonly CompiledCheckpoint[];
  readonly signOffs: readonly SignOff[];
}

/**
 * The plan by which people decide: those of the line, then those of its checkpoint's escalation, each step together with
 * the sign-offs. Denied where those who are left of the first step can never meet it.
 */
export function askPeople(
  compiled: CompiledPolicy,
  { rule, electorate: own, checkpoints, signOffs }: Asking,
  request: Request,
  facts: Facts,
): Ruling {
  const chosen = chooseCheckpoint(checkpoints, facts);
  if (!('checkpoint' in chosen)) {
    const what = `checkpoint ${chosen.name}`;
    return denied(compiled, rule, { kind: 'unclear', rule, what, fault: chosen.fault });
  }
  const { clock, escalation, validity } = chosen.checkpoint;
  const involvement = involvementIn(compiled, request);
  const plan: PlanStep[] = [];
  let firstCanBeMet = false;
  for (const [index, { electorate, clock: terms }] of [
    { electorate: own, clock },
    ...escalation.map((step) => ({ electorate: step.electorate, clock: step })),
  ].entries()) {
    let asked = electorate;
    if (asked === undefined || signOffs.length > 0) {
      const quorum = withSignOffs(electorate?.quorum, signOffs);
      const fault = tooLarge(compiled, quorum);
      if (fault !== undefined) return denied(compiled, rule, { kind: 'too-large', rule, signOffs, fault });
      asked = compiled.electorateOf(quorum);
    }
    const { approvers, excluded, canBeMet } = whoMayVote(asked, involvement);
    if (index === 0) firstCanBeMet = canBeMet;
    plan.push({ quorum: asked.quorum, approvers, excluded, ...termsOf(terms, signOffs.length > 0) });
  }
  const [first] = plan;
  if (first === undefined) throw new Error('a plan has a first step');
  const { quorum, approvers, excluded } = first;
  if (firstCanBeMet) {
    const story: RouteStory = { kind: 'people', rule, quorum, approvers, signOffs };
    return { rule, decider: 'people', plan, validity, story };
  }
  const story: RouteStory =
    approvers.length === 0
      ? { kind: 'nobody', rule, quorum, excluded }
      : { kind: 'too-few', rule, quorum, approvers, excluded };
  return { rule, decider: 'deny', plan, validity, story };
}
