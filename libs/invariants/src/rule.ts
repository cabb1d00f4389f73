/** What must always hold, recomputed from the ledger alone: the name of each rule, and what it says. */
export const RULES = {
  readable: 'each record of a topic with events is an event of that topic',
  'withheld-from-outside': 'nothing is withheld but what came from outside the door',
  'one-event': 'each stage of a request has one event; what comes again is the same',
  'file-grows': 'a stage passes on what it was given, unchanged',
  'ends-in-time': 'each request is final or within its deadline',
  'one-release': 'a request is released at most once',
  'release-approved': 'each release has an approving decision, and a passed guardrail after it',
  'same-content': 'what is released has the content hash of what was approved, and of what was asked',
  quorum: 'the quorum of each approval is met, recounted from distinct eligible people',
  'no-own-vote': 'nobody who asks, owns the credential, or is asked for, has a vote that counts',
  'votes-in-time': 'no vote counts that was cast after the deadline or the decision',
  'signed-in-enough': 'each vote that counts was cast by somebody known as surely as the route asks for',
  'delegation-declared': 'each vote for somebody else names a delegation that is on record',
  'used-once': 'a release is used at most once, before it expires, and never once it was revoked',
  'no-gap': 'no offsets are missing that the topic could not have given up',
  'causes-exist': 'the event that caused an event is on record',
  'policy-known': 'each revision that an event names is on record, and no number is missing',
  'policy-approved':
    'each revision was approved by a request that was released, or says who published it otherwise',
  'no-secret': 'nothing that came in holds a secret, by the rules of the doors and the policy of its time',
} as const satisfies Record<string, string>;

export type RuleName = keyof typeof RULES;

/** Where a rule does not hold. */
export interface Violation {
  readonly rule: RuleName;
  readonly requestId?: string;
  /** Of the record that shows it, where one does. */
  readonly seq?: number;
  /** For people. */
  readonly detail: string;
}

/** What a rule found, before it is known of which request and record. */
export type Finding = Pick<Violation, 'rule' | 'detail'>;
