import { type Decision, type Vote } from '@tollgate/contracts';
import { evaluateQuorum, type Overridable } from '@tollgate/policy';
import { type Approval, stepOf } from '../approval/approval.js';
import { voicesOf } from '../approval/asked.js';
import { countingIn } from '../approval/judge-step.js';
import { type Contact } from '../contacts/contact.js';
import { type Question } from '../question/question.js';
import { type ViewBinding } from './view-values.js';

/** What a review link opens. */
export interface Review {
  readonly person: string;
  readonly approval: Approval;
  /** On the request, in the order in which they were cast. */
  readonly votes: readonly Vote[];
  /** What the requester was asked, in that order. */
  readonly questions: readonly Question[];
  /** The guardrails that the person may override on it, while it waits. */
  readonly overridable: readonly Overridable[];
  readonly contacts: ReadonlyMap<string, Contact>;
  /** The database's clock, milliseconds since 1970. */
  readonly now: number;
}

/** What a view of the page is bound to. */
export const bindingOf = ({ approval: { requestId, file } }: Review, token: string): ViewBinding => ({
  holder: token,
  requestId,
  contentHash: file.request.contentHash,
});

/** Where a review stands for its person. */
export type ReviewState =
  /** The person may vote; `mine` is what they said already. */
  | { readonly kind: 'open'; readonly mine?: Vote }
  /** Decided; `mine` is the person's vote that the decision lists last. */
  | { readonly kind: 'decided'; readonly decision: Decision; readonly mine?: Vote }
  /** The person is not asked, and may override a guardrail. */
  | { readonly kind: 'may-override'; readonly mine?: undefined }
  /** The step in which the person was asked is over; others are asked now. */
  | { readonly kind: 'step-over'; readonly mine?: Vote }
  /** The stage of the person has not begun; others are asked now. */
  | { readonly kind: 'stage-ahead'; readonly mine?: Vote }
  /** The deadline has passed; what silence means takes effect any moment. */
  | { readonly kind: 'late'; readonly mine?: Vote };

/** Where the review stands now. */
export function stateOf({ person, approval, votes, now, overridable }: Review): ReviewState {
  const { decision, step, deadline, file } = approval;
  const voices = decision === undefined ? voicesOf(approval, person) : [];
  // In a step that goes on, what was said in an earlier one has ended.
  const goesOn =
    decision === undefined &&
    stepOf(file, step).approvers.some((approver) => voices.includes(approver.person));
  const recorded = decision?.votes ?? (goesOn ? votes.filter((vote) => vote.step === step) : votes);
  const mine =
    recorded.findLast((vote) => vote.person === person && vote.counted) ??
    recorded.findLast((vote) => vote.person === person);
  const said = mine === undefined ? {} : { mine };
  if (decision !== undefined) return { kind: 'decided', decision, ...said };
  const wasAsked = file.route.plan.some(({ approvers }) => approvers.some((one) => one.person === person));
  if (!goesOn && !wasAsked && mine === undefined && overridable.length > 0) return { kind: 'may-override' };
  if (!goesOn) return { kind: 'step-over', ...said };
  if (deadline === undefined || now >= deadline) return { kind: 'late', ...said };
  const { quorum, approvers } = stepOf(file, step);
  const { mayVote } = evaluateQuorum(quorum, approvers, countingIn(votes, step));
  return voices.some((voice) => mayVote.includes(voice)) || mine?.counted === true
    ? { kind: 'open', ...said }
    : { kind: 'stage-ahead', ...said };
}
