import { breakGlassReviewIdFor, releaseIdFor, type TopicEvent } from '@tollgate/contracts';
import { BREAK_GLASS_REVIEW, involvedInReview } from '@tollgate/policy';
import { newSubmission, type Submission } from '../submit-request/submission.js';

/**
 * The request by which others look at it afterwards that somebody broke the glass: made when what they asked for is released,
 * the same one however often that is told. Whoever broke the glass, or had a part in the request, does not decide on it. It is
 * routed by the revision by which the glass was broken, whose rule says who reviews.
 * @returns undefined where nobody broke the glass
 */
export function reviewSubmission({
  data: { request, route, decision },
  traceparent,
}: TopicEvent<'guardrail.evaluated'>): Submission | undefined {
  const { breakGlass } = request;
  if (decision.decidedBy !== 'break-glass' || breakGlass === undefined) return undefined;
  const { justification, person, authentication } = breakGlass;
  const involved = involvedInReview(request, person);
  const submission = newSubmission(
    {
      action: BREAK_GLASS_REVIEW.action,
      environment: BREAK_GLASS_REVIEW.environment,
      riskLevel: route.riskLevel.effective,
      target: {
        request: request.id,
        release: releaseIdFor(request.id),
        contentHash: request.contentHash,
        action: request.action,
        environment: request.environment,
        rule: route.breakGlass ?? '',
      },
      parameters: { person, authentication, justification },
      reason: justification,
      // An event takes so many; the producer, who is no person, comes last.
      onBehalfOf: [...request.onBehalfOf, ...involved.onBehalfOf]
        .filter((name, index, names) => names.indexOf(name) === index)
        .slice(0, 50),
    },
    { producer: BREAK_GLASS_REVIEW.producer, requester: involved.requester, owner: involved.owner },
    {
      id: breakGlassReviewIdFor(request.id),
      key: null,
      submittedAt: decision.decidedAt,
      policyRevision: request.policyRevision,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    {
      reason: justification,
      redactions: request.redactions
        .filter(({ pointer }) => pointer === '/breakGlass/justification')
        .map((redaction) => ({ ...redaction, pointer: '/reason' })),
      // Nobody sends such a request, so nobody's guess is held against it.
      seal: (text) => text,
    },
  );
  return submission;
}
