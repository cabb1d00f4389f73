import { type Request } from '@tollgate/contracts';

/** The request by which somebody who broke the glass is looked at afterwards; no producer can ask for it. */
export const BREAK_GLASS_REVIEW = {
  action: 'break-glass.review',
  environment: 'tollgate',
  /** Of such requests. */
  producer: 'tollgate',
} as const;

/** Whether a request is the review of another: its silence never decides. */
export const isBreakGlassReview = ({ action }: Pick<Request, 'action'>): boolean =>
  action === BREAK_GLASS_REVIEW.action;

/** Whom a review excludes: whoever broke the glass, and everybody who had a part in the request. */
export const involvedInReview = (
  { requester, owner, onBehalfOf }: Pick<Request, 'requester' | 'owner' | 'onBehalfOf'>,
  person: string,
): Pick<Request, 'requester' | 'owner' | 'onBehalfOf'> => ({
  requester: person,
  owner,
  onBehalfOf: [...new Set([requester, ...onBehalfOf])],
});
