/** A fault that is put into the gate on purpose, to see that the specs notice. */
export interface SeededFault {
  readonly id: string;
  /** What the gate then does wrong. */
  readonly breaks: string;
  /** From the folder of the workspace. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly text: string;
  readonly replacement: string;
  /** Names of the spec files of which at least one must fail. */
  readonly specs: readonly string[];
}

const GATE = 'apps/guardrail/src/evaluate-guardrails';
const RULES = 'libs/policy/src/guardrail';
const QUORUM = 'libs/policy/src/quorum';
const JUDGE = [`${RULES}/judge.unit.spec.ts`, `${RULES}/judge-kinds.unit.spec.ts`];
const HANDLER = `${GATE}/evaluate-guardrails.handler.unit.spec.ts`;
const DECISION = `${GATE}/distrust-decision.unit.spec.ts`;

/** The faults of `npm run mutate`, with the specs that must find them. Told in docs/design/mutation-check.md. */
export const SEEDED_FAULTS: readonly SeededFault[] = [
  {
    id: 'skip-a-rule',
    breaks: 'the first guardrail of the policy is not judged',
    file: `${RULES}/judge.ts`,
    text: 'compiled.guardrails.map((rule) =>\n    resultOf(',
    replacement: 'compiled.guardrails.slice(1).map((rule) =>\n    resultOf(',
    specs: JUDGE,
  },
  {
    id: 'invert-outcome',
    breaks: 'what is blocked passes, and what passes is blocked',
    file: `${RULES}/judge.ts`,
    text: "? 'blocked' : 'passed',",
    replacement: "? 'passed' : 'blocked',",
    specs: JUDGE,
  },
  {
    id: 'first-rule-decides',
    breaks: 'only the first guardrail decides, whatever the others say',
    file: `${RULES}/judge.ts`,
    text: 'outcome: results.some(',
    replacement: 'outcome: results.slice(0, 1).some(',
    specs: JUDGE,
  },
  {
    id: 'first-block-ends-it',
    breaks: 'what comes after the first guardrail that blocks is not reported',
    file: `${RULES}/judge.ts`,
    text: '    results,\n    policyRevision,\n',
    replacement:
      "    results: results.slice(0, results.findIndex(({ verdict }) => verdict === 'blocked') + 1 || undefined),\n" +
      '    policyRevision,\n',
    specs: JUDGE,
  },
  {
    id: 'break-glass-outranks',
    breaks: 'an approval by break-glass is not judged',
    file: `${RULES}/judge.ts`,
    text: "if (decision.outcome !== 'approved')",
    replacement: "if (decision.outcome !== 'approved' || decision.decidedBy === 'break-glass')",
    specs: JUDGE,
  },
  {
    id: 'overridable-only-advises',
    breaks: 'an overridable guardrail blocks nobody, without an override',
    file: `${RULES}/judge.ts`,
    text: "if (strength === 'advisory') return",
    replacement: "if (strength !== 'absolute') return",
    specs: JUDGE,
  },
  {
    id: 'override-too-late',
    breaks: 'an override counts that came after the decision',
    file: `${RULES}/judge.ts`,
    text: 'Date.parse(override.at) <= Date.parse(decision.decidedAt)',
    replacement: 'Date.parse(override.at) >= 0',
    specs: [`${GATE}/gate-rules.unit.spec.ts`, ...JUDGE],
  },
  {
    id: 'risk-lowered',
    breaks: 'the risk in a condition is the lower one of two',
    file: `${RULES}/judge.ts`,
    text: 'rankOf(effective) > rankOf(routed) ?',
    replacement: 'rankOf(effective) < rankOf(routed) ?',
    specs: JUDGE,
  },
  {
    id: 'absolute-overridden',
    breaks: 'somebody overrides an absolute guardrail',
    file: `${RULES}/override-obstacle.ts`,
    text: "if (rule.strength !== 'overridable')",
    replacement: "if (rule.strength === 'advisory')",
    specs: [`${RULES}/judge-properties.unit.spec.ts`, ...JUDGE],
  },
  {
    id: 'error-lets-pass',
    breaks: 'a guardrail that fails lets everything pass',
    file: `${RULES}/judge-rule.ts`,
    text: "return unclear(rule, 'it', error instanceof RangeError ? error.message : 'it failed');",
    replacement: 'return error === undefined ? NOT_FORBIDDEN : OUT;',
    specs: JUDGE,
  },
  {
    id: 'unknown-lets-pass',
    breaks: 'a condition that cannot be evaluated forbids nothing',
    file: `${RULES}/judge-rule.ts`,
    text: "unclear(rule, 'it', forbidden.fault)",
    replacement: 'NOT_FORBIDDEN',
    specs: JUDGE,
  },
  {
    id: 'freeze-inverted',
    breaks: 'a freeze blocks outside of its window, and not within',
    file: `${RULES}/judge-rule.ts`,
    text: 'if (!isWithin) return NO_FREEZE;',
    replacement: 'if (isWithin) return NO_FREEZE;',
    specs: JUDGE,
  },
  {
    id: 'denial-signs-off',
    breaks: 'somebody signs off by voting no',
    file: `${RULES}/rule-facts.ts`,
    text: ".filter(({ verdict }) => verdict === 'approve')",
    replacement: '.filter(({ verdict }) => verdict.length > 0)',
    specs: JUDGE,
  },
  {
    id: 'uncounted-signs-off',
    breaks: 'a vote that does not count signs off',
    file: `${RULES}/rule-facts.ts`,
    text: 'counted && step === decision.step',
    replacement: '(counted || !counted) && step === decision.step',
    specs: JUDGE,
  },
  {
    id: 'another-now',
    breaks: 'the gate judges by the time of asking, not by that of the decision',
    file: `${GATE}/evaluate-guardrails.ts`,
    text: 'Date.parse(data.decision.decidedAt)',
    replacement: 'Date.parse(data.decision.openedAt)',
    specs: [`${GATE}/gate-rules.unit.spec.ts`],
  },
  {
    id: 'revision-of-submission',
    breaks: 'the gate judges by the policy of the submission, not by that of the decision',
    file: `${GATE}/evaluate-guardrails.handler.ts`,
    text: 'evaluateGuardrails(event, ruling)',
    replacement: 'evaluateGuardrails(event, atSubmission)',
    specs: [HANDLER],
  },
  {
    id: 'ignore-the-requester',
    breaks: 'whoever asks may decide on it themselves',
    file: 'libs/policy/src/route/who-may-vote.ts',
    text: "exclude(request.requester, 'is the requester');",
    replacement: "exclude('', 'is the requester');",
    specs: [`${GATE}/distrust-voters.unit.spec.ts`, HANDLER],
  },
  {
    id: 'content-unchecked',
    breaks: 'other content passes than what was hashed and approved',
    file: `${GATE}/distrust-content.ts`,
    text: 'contentHash(request) === request.contentHash',
    replacement: 'contentHash(request).length === request.contentHash.length',
    specs: [DECISION, HANDLER],
  },
  {
    id: 'plan-unchecked',
    breaks: 'the gate believes any plan that the router, or whoever poses as it, has written',
    file: `${GATE}/distrust-route.ts`,
    text: 'preflight: _shown, ...route }',
    replacement: 'preflight: _shown, plan: _plan, ...route }',
    specs: [`${GATE}/distrust-route.unit.spec.ts`],
  },
  {
    id: 'quorum-open',
    breaks: 'an approval passes whose quorum is still open',
    file: `${GATE}/distrust-decision.ts`,
    text: "counted).state === 'approved'",
    replacement: "counted).state !== 'denied'",
    specs: [DECISION],
  },
  {
    id: 'any-vote-counts',
    breaks: 'votes that do not count make up the quorum',
    file: `${GATE}/distrust-decision.ts`,
    text: 'decision.votes.filter((vote) => vote.counted)',
    replacement: 'decision.votes.filter((vote) => vote.counted || vote.person)',
    specs: [DECISION],
  },
  {
    id: 'stranger-votes',
    breaks: 'the vote of somebody counts whom the step does not ask',
    file: `${GATE}/distrust-decision.ts`,
    text: 'if (!approvers.has(voiceOf(vote)))',
    replacement: 'if (!approvers.has(voiceOf(vote)) && approvers.size === 0)',
    specs: [DECISION],
  },
  {
    id: 'one-voice-twice',
    breaks: 'an approver and their delegate count as two',
    file: `${GATE}/distrust-decision.ts`,
    text: 'if (new Set(counted.map(voiceOf)).size < counted.length)',
    replacement: 'if (new Set(counted.map(voiceOf)).size < counted.length - 1)',
    specs: [DECISION],
  },
  {
    id: 'weak-sign-in',
    breaks: 'a vote by a mailed link counts where a sign-in or passkey is asked for',
    file: `${GATE}/distrust-decision.ts`,
    text: 'SIGN_INS.indexOf(vote.authentication) < SIGN_INS.indexOf(route.signIn)',
    replacement: 'SIGN_INS.indexOf(vote.authentication) < 0',
    specs: [DECISION],
  },
  {
    id: 'vote-after-deadline',
    breaks: 'a vote counts that was cast after the deadline',
    file: `${GATE}/distrust-decision.ts`,
    text: 'if (cast >= Date.parse(deadline))',
    replacement: 'if (cast < 0)',
    specs: [DECISION],
  },
  {
    id: 'delegation-believed',
    breaks: 'a vote for somebody else counts without the delegation that it takes',
    file: `${GATE}/evaluate-guardrails.handler.ts`,
    text: 'this.alarm.refuse(data, distrustDelegations(data, { find, ruling, activeUntil }));',
    replacement: 'distrustDelegations(data, { find, ruling, activeUntil });',
    specs: [HANDLER],
  },
  {
    id: 'left-long-ago',
    breaks: 'the vote of somebody counts who was taken out before',
    file: `${GATE}/activity.ts`,
    text: '(this.#publishedAt(revision + 1) ?? -Infinity) + LEARNT_WITHIN_MS',
    replacement: '(this.#publishedAt(revision + 1) ?? -Infinity) + CUT_OFF_AT_MOST_MS',
    specs: [HANDLER],
  },
  {
    id: 'half-is-a-majority',
    breaks: 'exactly half of the people are a majority',
    file: `${QUORUM}/is-met.ts`,
    text: 'Math.floor(eligible / 2) + 1',
    replacement: 'Math.ceil(eligible / 2)',
    specs: [`${QUORUM}/quorum-nodes.unit.spec.ts`, `${QUORUM}/quorum-oracle.unit.spec.ts`],
  },
  {
    id: 'other-types-allowed',
    breaks: 'an allowed list lets pass what is no text',
    file: `${RULES}/judge-rule.ts`,
    text: "typeof value !== 'string' || !rule.values.has(value)",
    replacement: "typeof value === 'string' && !rule.values.has(value)",
    specs: JUDGE,
  },
  {
    id: 'override-by-requester',
    breaks: 'whoever asks overrides a guardrail for themselves',
    file: `${RULES}/override-obstacle.ts`,
    text: 'if (why !== undefined) return `${person} ${why}`;',
    replacement: "if (why === '') return `${person} ${why}`;",
    specs: JUDGE,
  },
  {
    id: 'decision-never-too-old',
    breaks: 'a release is used long after its maximum age',
    file: `${RULES}/judge-rule.ts`,
    text: 'facts.ageAt(moment) <= rule.maxAgeMs',
    replacement: 'facts.ageAt(moment) >= 0',
    specs: JUDGE,
  },
  {
    id: 'step-not-reached',
    breaks: 'people of a later step decide before it is their turn',
    file: `${GATE}/distrust-decision.ts`,
    text: ".every(({ onSilence }) => onSilence === 'next')",
    replacement: ".every(({ onSilence }) => onSilence !== 'approve')",
    specs: [DECISION],
  },
  {
    id: 'silence-too-early',
    breaks: 'silence approves before the time for an answer is over',
    file: `${GATE}/distrust-decision.ts`,
    text: '!(until >= earliestDeadline(step, openedAt)) ||',
    replacement: '!(until >= 0) ||',
    specs: [DECISION],
  },
  {
    id: 'excluded-voice',
    breaks: 'a delegate votes for an approver who is excluded',
    file: `${GATE}/distrust-voters.ts`,
    text: 'new Set([vote.person, voiceOf(vote)])',
    replacement: 'new Set([vote.person, vote.person])',
    specs: [`${GATE}/distrust-voters.unit.spec.ts`],
  },
  {
    id: 'revision-long-replaced',
    breaks: 'a notifier may stamp a policy for ever that was replaced',
    file: `${GATE}/activity.ts`,
    text: 'return next !== undefined && at > next',
    replacement: 'return next === undefined && at > Number(next)',
    specs: [HANDLER],
  },
  {
    id: 'outdated-policy-change',
    breaks: 'a change of policy passes that is based on an older revision, and undoes what came between',
    file: `${GATE}/policy-is-current.ts`,
    text: 'if (basedOn === ruling)',
    replacement: 'if (Number(basedOn) <= ruling)',
    specs: [`${GATE}/policy-is-current.unit.spec.ts`],
  },
];
