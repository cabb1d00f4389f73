import { ApproverNotified, DecisionMade, VoteCast } from './decision.js';
import { DelegationDeclared } from './delegation-declared.js';
import { GuardrailEvaluated } from './guardrail.js';
import { PolicyProposed } from './policy-proposed.js';
import { PolicyPublished } from './policy-published.js';
import { QuestionAnswered, QuestionAsked } from './question.js';
import { ActionReleased, ReleaseRedeemed, ReleaseRevoked } from './release.js';
import { RequestFailed, RequestRejected, RequestSubmitted, RequestWithdrawn } from './request.js';
import { RouteResolved } from './route.js';

/** The class of `data` of each topic's event: the single source of its type, its check and its JSON Schema. */
export const EVENT_DATA = {
  'request.submitted': RequestSubmitted,
  'route.resolved': RouteResolved,
  'decision.made': DecisionMade,
  'guardrail.evaluated': GuardrailEvaluated,
  'action.released': ActionReleased,
  'request.rejected': RequestRejected,
  'request.withdrawn': RequestWithdrawn,
  'request.failed': RequestFailed,
  'release.redeemed': ReleaseRedeemed,
  'release.revoked': ReleaseRevoked,
  'policy.proposed': PolicyProposed,
  'policy.published': PolicyPublished,
  'vote.cast': VoteCast,
  'approver.notified': ApproverNotified,
  'delegation.declared': DelegationDeclared,
  'question.asked': QuestionAsked,
  'question.answered': QuestionAnswered,
} as const;

/** The topics that carry an event of a known type. */
export type EventTopic = keyof typeof EVENT_DATA;
/** The type of `data` on a topic. */
export type EventData<Topic extends EventTopic> = InstanceType<(typeof EVENT_DATA)[Topic]>;

/** The current version of each event type; a change of meaning is a new version. */
export const EVENT_VERSION: Readonly<Record<EventTopic, number>> = {
  'request.submitted': 1,
  'route.resolved': 1,
  'decision.made': 1,
  'guardrail.evaluated': 1,
  'action.released': 1,
  'request.rejected': 1,
  'request.withdrawn': 1,
  'request.failed': 1,
  'release.redeemed': 1,
  'release.revoked': 1,
  'policy.proposed': 1,
  'policy.published': 1,
  'vote.cast': 1,
  'approver.notified': 1,
  'delegation.declared': 1,
  'question.asked': 1,
  'question.answered': 1,
};
