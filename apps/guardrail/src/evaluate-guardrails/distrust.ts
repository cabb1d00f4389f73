/** What can be wrong with a decision; a bounded set, as metrics need it. */
export const DISTRUST_CAUSES = [
  /** The content is not what was hashed. */
  'content',
  /** The route is not what the revision makes of the request. */
  'route',
  /** It names a revision that did not rule. */
  'revision',
  /** It is approved by something that the route does not let decide. */
  'decider',
  /** It is approved in a step that was not reached, or on votes of another step. */
  'step',
  /** A voter is no approver of the step. */
  'voter',
  /** A voter is excluded from deciding on the request. */
  'excluded',
  /** A voter was not active. */
  'inactive',
  /** Somebody, or some voice, counts twice. */
  'twice',
  /** A voter was not known as surely as the route asks for. */
  'sign-in',
  /** A vote, or a silence, does not fit into the time that there was. */
  'time',
  /** A vote lacks the reason that its step asks for. */
  'reason',
  /** A vote for another, without the delegation that it takes. */
  'delegation',
  /** The counted votes do not meet the quorum. */
  'quorum',
] as const;
export type DistrustCause = (typeof DISTRUST_CAUSES)[number];

/** Why a decision is not trusted. */
export interface Distrust {
  readonly why: DistrustCause;
  /** For people, without any of the content. */
  readonly detail: string;
}
