export {
  type KafkaConnection,
  physicalName,
  SASL_MECHANISMS,
  type SaslMechanism,
} from './kafka-connection.js';
export { AccessRefusedError } from './access/access-refused-error.js';
export { grantAccess, type KafkaAccount, revokeAccess } from './access/grant-access.js';
export { type LanesLogger } from './lanes-logger.js';
export { TransientError } from './transient-error.js';
export { PermanentError } from './permanent-error.js';
export { type IncomingEvent, type IncomingRecord } from './incoming-record.js';
export { outgoing, type OutgoingOptions, type OutgoingRecord } from './outgoing-record.js';
export { KafkaLanes, type KafkaLanesOptions, type LanesHealth } from './lanes/kafka-lanes.js';
export { type HandlerExtras } from './lanes/lane-handler.js';
export { MessagingErrorFilter } from './lanes/messaging-error-filter.js';
export { LaneSender, type LaneSenderOptions } from './sender/lane-sender.js';
export { laneOf } from './sender/lane-of.js';
export { OutboxRelay, type OutboxRelayOptions, type Publish } from './outbox/outbox-relay.js';
export { createTopics, type CreateTopicsOptions } from './topics/create-topics.js';
export { verifyTopics } from './topics/verify-topics.js';
export { TopicMismatchError } from './topics/topic-mismatch-error.js';
export { followTopic, type FollowTopicOptions, type TopicTail } from './tail/follow-topic.js';
export {
  type LanePart,
  lastRecords,
  lastSettled,
  recordsSince,
  type SettledLane,
  settledLanes,
} from './tail/lane-part.js';
export { readParts, type ReadPartsOptions } from './tail/read-parts.js';
export { type DeadLetter, type DeadLetterState } from './dead-letter/dead-letter.js';
export { parseDeadLetter } from './dead-letter/parse-dead-letter.js';
export { listDeadLetters } from './dead-letter/list-dead-letters.js';
export { retryDeadLetter } from './dead-letter/retry-dead-letter.js';
export { onceBrokerAnswers } from './topics/once-broker-answers.js';
export { listLag, type GroupLag } from './topics/list-lag.js';
export { describeTopics, type TopicDescription } from './topics/describe-topics.js';
export { resetGroups } from './topics/reset-groups.js';
