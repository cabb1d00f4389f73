import { type Decision, type Vote } from '@tollgate/contracts';
import { type Approval } from '../approval/approval.js';
import { type Contact } from '../contacts/contact.js';

/** What a review link opens. */
export interface Review {
  readonly person: string;
  readonly approval: Approval;
  /** On the request, in the order in which they were cast. */
  readonly votes: readonly Vote[];
  readonly contacts: ReadonlyMap<string, Contact>;
  /** The database's clock, milliseconds since 1970. */
  readonly now: number;
}

/** Where a review stands for its person. */
export type ReviewState =
  /** The person may vote; `mine` is what they said already. */
  | { readonly kind: 'open'; readonly mine?: Vote }
  /** Decided; `mine` is the person's vote that the decision lists last. */
  | { readonly kind: 'decided'; readonly decision: Decision; readonly mine?: Vote }
  /** The step in which the person was asked is over; others are asked now. */
  | { readonly kind: 'step-over'; readonly mine?: Vote }
  /** The deadline has passed; what silence means takes effect any moment. */
  | { readonly kind: 'late'; readonly mine?: Vote };

/** Where the review stands now. */
export function stateOf({ person, approval, votes, now }: Review): ReviewState {
  const { decision, step, deadline, file } = approval;
  const recorded = decision?.votes ?? votes;
  const mine =
    recorded.findLast((vote) => vote.person === person && vote.counted) ??
    recorded.findLast((vote) => vote.person === person);
  const said = mine === undefined ? {} : { mine };
  if (decision !== undefined) return { kind: 'decided', decision, ...said };
  const asked = file.route.plan[step]?.approvers.some((approver) => approver.person === person) ?? false;
  if (!asked) return { kind: 'step-over', ...said };
  return deadline !== undefined && now < deadline ? { kind: 'open', ...said } : { kind: 'late', ...said };
}
