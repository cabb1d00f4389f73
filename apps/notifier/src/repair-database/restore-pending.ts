import { type OutboxRelay } from '@tollgate/messaging';
import { isActive } from '@tollgate/policy';
import { type Approval, type RecordedVote, stepOf } from '../approval/approval.js';
import { type ApprovalChange, type ApprovalRow, approvalOf, approvals } from '../approval/approvals.store.js';
import { answeredIn } from '../approval/answered.js';
import { askedOf } from '../approval/asked.js';
import { decisionRecord } from '../approval/decision-record.js';
import { explainDecision } from '../approval/explain-decision.js';
import { countingIn, type IsActive, judgeStep } from '../approval/judge-step.js';
import { makeDecision } from '../approval/make-decision.js';
import { type PolicySource, rulingPolicy } from '../approval/ruling-policy.js';
import { votes } from '../cast-vote/votes.store.js';
import { delegations } from '../delegation/delegations.store.js';
import { standInsOf, withStandIns } from '../delegation/stand-ins.js';
import { nextStep } from '../fire-timer/end-step.js';

/** What is needed to bring approvals that wait to where they were. */
export interface RestorePendingParts {
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
}

/** A request, and the highest step that anybody voted in or was mailed about. */
export interface ReachedStep {
  readonly requestId: string;
  readonly step: number;
}

interface Facts {
  readonly isActive: IsActive;
  readonly standInsOf: (approval: Approval, now: number) => ReturnType<typeof standInsOf>;
  readonly revision: number;
}

/** The next step that is not beyond the one that was reached; its clock begins anew. */
function reach(
  row: ApprovalRow,
  step: number,
  facts: Facts,
): (ApprovalChange['next'] & { asked: ApprovalChange['asked'] }) | undefined {
  const approval = approvalOf(row);
  const found = nextStep(
    { file: approval.file, step: step - 1 },
    { now: row.now, isActive: facts.isActive, standIns: facts.standInsOf(approval, row.now) },
  );
  return found.kind === 'next' && found.step === step ? found : undefined;
}

function changeOf(
  row: ApprovalRow,
  said: readonly RecordedVote[],
  reached: number,
  facts: Facts,
): ApprovalChange {
  const before = approvalOf(row);
  const next = reached > before.step ? reach(row, reached, facts) : undefined;
  const approval = next === undefined ? before : { ...before, step: next.step, openedAt: before.openedAt };
  const step = stepOf(approval.file, approval.step);
  const cast = said.map(({ vote }) => vote);
  const { state, reason, mayVote, decidedBy } = judgeStep(
    step,
    countingIn(cast, approval.step),
    facts.isActive,
  );
  // Its decision was lost together with the database.
  if (state !== 'open' && decidedBy === 'people') {
    const decision = makeDecision({
      ...approval,
      outcome: state,
      decidedBy,
      votes: cast,
      decidedAt: row.now,
      explanation: explainDecision(approval, reason, cast),
      policyRevision: facts.revision,
    });
    return { approval, votes: row.votes, decision };
  }
  const asked = withStandIns(askedOf(step, mayVote), step, facts.standInsOf(approval, row.now));
  const { approvers, standIns = [] } = asked;
  return {
    approval,
    votes: row.votes,
    asked,
    ...(next === undefined
      ? { answered: answeredIn({ ...approval, asked: approvers, standIns }, cast) }
      : { next }),
  };
}

/**
 * Brings approvals that wait to the step and the stage that was reached, with what was said there. The clock of a step that
 * was opened again runs anew: how far it was is on no topic, and more time is better than less.
 */
export async function restorePending(
  { relay, policy }: RestorePendingParts,
  reached: readonly ReachedStep[],
): Promise<void> {
  const steps = new Map<string, number>();
  for (const { requestId, step } of reached) steps.set(requestId, Math.max(step, steps.get(requestId) ?? 0));
  const ruling = await rulingPolicy(policy, 1);
  await relay.transaction(async (tx, publish) => {
    const rows = (await approvals.lock(tx, [...steps.keys()])).filter(({ status }) => status === 'pending');
    const said = await votes.find(
      tx,
      rows.map((row) => row.request_id),
    );
    const persons = rows.flatMap((row) =>
      approvalOf(row).file.route.plan.flatMap(({ approvers }) => approvers.map(({ person }) => person)),
    );
    const standing = await delegations.inForce(tx, [...new Set(persons)]);
    const facts: Facts = {
      isActive: (person) => isActive(ruling.policy, person),
      standInsOf: ({ file }, now) => standInsOf(file, standing, now, ruling.policy),
      revision: ruling.revision,
    };
    const changes = rows.map((row) =>
      changeOf(row, said.get(row.request_id) ?? [], steps.get(row.request_id) ?? 0, facts),
    );
    await approvals.change(tx, changes);
    publish(
      changes.flatMap(({ approval, decision }) =>
        decision === undefined ? [] : [decisionRecord(approval, decision, approval.eventId)],
      ),
    );
  });
}
