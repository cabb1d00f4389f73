import { type Decision, type RiskLevel, type Vote } from '@tollgate/contracts';
import { isBreakGlassReview } from '@tollgate/policy';
import { type Approval } from '../approval/approval.js';
import { type Contact } from '../contacts/contact.js';
import { nameOf } from './describe-ask.js';
import { describeTime } from './describe-time.js';

/** A vote that counted, in words. */
export interface SaidOne {
  readonly name: string;
  readonly said: Vote['verdict'];
  /** As it came. */
  readonly reason: string;
}

/** A guardrail that somebody overrode before the decision, in words. */
export interface OverriddenOne {
  readonly name: string;
  readonly guardrail: string;
  /** As it came. */
  readonly justification: string;
}

/** What was decided, in words. Texts of the requester and of voters are as they came. */
export interface Outcome {
  readonly requestId: string;
  readonly action: string;
  readonly environment: string;
  readonly risk: RiskLevel;
  readonly requester: string;
  readonly owner: string;
  readonly contentHash: string;
  /** The line of the policy that asked. */
  readonly rule: string;
  /** In one word, for a heading. */
  readonly outcome: Decision['outcome'];
  /** Whether it is the review of broken glass, which is accepted or objected to. */
  readonly isReview: boolean;
  readonly decidedAt: string;
  /** Who or what decided. */
  readonly decidedBy: string;
  readonly explanation: string;
  /** What happens next, where that is not nothing. */
  readonly next?: string;
  readonly said: readonly SaidOne[];
  readonly overridden: readonly OverriddenOne[];
  /** Who did not wait for people, and why; absent where nobody did. */
  readonly brokenGlass?: { readonly name: string; readonly justification: string };
}

const BY: Readonly<Record<Decision['decidedBy'], string>> = {
  automation: 'software, as the policy says',
  people: 'people',
  policy: 'the policy',
  timeout: 'the clock: the time was over',
  requester: 'the requester, who withdrew it',
  'break-glass': 'somebody who broke the glass',
};

/**
 * Says how an approval ended.
 * @param reader in whose time zone
 * @returns undefined where it is not decided
 */
export function describeOutcome(
  { file, decision }: Pick<Approval, 'file' | 'decision'>,
  reader: string,
  contacts: ReadonlyMap<string, Contact>,
): Outcome | undefined {
  if (decision === undefined) return undefined;
  const { request, route } = file;
  const zone = contacts.get(reader)?.zone ?? 'UTC';
  return {
    requestId: request.id,
    action: request.action,
    environment: request.environment,
    risk: route.riskLevel.effective,
    requester: nameOf(request.requester, contacts),
    owner: nameOf(request.owner, contacts),
    contentHash: request.contentHash,
    rule: route.rule,
    outcome: decision.outcome,
    isReview: isBreakGlassReview(request),
    decidedAt: describeTime(Date.parse(decision.decidedAt), zone),
    decidedBy: BY[decision.decidedBy],
    explanation: decision.explanation,
    ...(decision.outcome === 'approved' && !isBreakGlassReview(request)
      ? {
          next: 'It is approved, and not released yet: the guardrails are checked now and may still block it.',
        }
      : {}),
    ...(decision.decidedBy === 'break-glass' && request.breakGlass !== undefined
      ? {
          brokenGlass: {
            name: nameOf(request.breakGlass.person, contacts),
            justification: request.breakGlass.justification,
          },
        }
      : {}),
    said: decision.votes
      .filter(({ counted }) => counted)
      .map(({ person, verdict, reason }) => ({ name: nameOf(person, contacts), said: verdict, reason })),
    overridden: decision.overrides.map(({ person, guardrail, justification }) => ({
      name: nameOf(person, contacts),
      guardrail,
      justification,
    })),
  };
}
