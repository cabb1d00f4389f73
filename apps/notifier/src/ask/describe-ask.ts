import {
  type JsonObject,
  type PlanStep,
  type RiskLevel,
  type RouteResolved,
  type SignIn,
  type Verdict,
  type Vote,
} from '@tollgate/contracts';
import { evaluateQuorum, heardOf, isBreakGlassReview, voiceOf } from '@tollgate/policy';
import { type Approval, stepOf } from '../approval/approval.js';
import { standsFor } from '../approval/asked.js';
import { countingIn } from '../approval/judge-step.js';
import { type Contact } from '../contacts/contact.js';
import { type GuardrailNotice, guardrailNotices } from './guardrail-notices.js';
import { describeTime } from './describe-time.js';

/** Somebody who was asked, and what they said so far. */
export interface AskedOne {
  readonly person: string;
  readonly name: string;
  readonly said?: Verdict;
  readonly reason?: string;
  /** Who said it for them. */
  readonly by?: string;
  /** Asked only once others have answered. */
  readonly later?: true;
}

/** What somebody who was asked has answered, in words. */
export const describeAnswer = ({ said, by, later }: AskedOne): string => {
  if (said !== undefined) return by === undefined ? `said ${said}` : `said ${said}, by ${by}`;
  return later === true ? 'is asked later' : 'has not answered';
};

/** Everything that a person needs to decide, in words. Texts of the requester are as they came. */
export interface Ask {
  readonly requestId: string;
  readonly action: string;
  readonly environment: string;
  readonly risk: RiskLevel;
  /** What the requester claimed, where policy raised it. */
  readonly claimedRisk?: RiskLevel;
  readonly requester: string;
  readonly owner: string;
  readonly onBehalfOf: readonly string[];
  readonly reason: string;
  readonly target: JsonObject;
  readonly parameters: JsonObject;
  readonly contentHash: string;
  /** The line of the policy that asks, by its name and in words. */
  readonly rule: string;
  readonly policy: string;
  /** For whom the reader is asked, where they stand for others; absent where for nobody. */
  readonly standsFor?: string;
  /** Why it is asked only now: nobody decided in the step before; absent in the first step. */
  readonly escalated?: string;
  readonly deadline: string;
  readonly silence: string;
  /** What the reader needs besides the link to decide; absent where the link is enough. */
  readonly proof?: string;
  /** What the quorum lacks; empty where nothing is waited for any more. */
  readonly waitingFor: string;
  readonly others: readonly AskedOne[];
  /** Guardrails that would or may block the release, and those that somebody overrode. */
  readonly warnings: readonly GuardrailNotice[];
}

const NAMELESS: Pick<Contact, 'zone'> = { zone: 'UTC' };
const PROOF: Readonly<Record<SignIn, string | undefined>> = {
  link: undefined,
  'signed-in': 'To decide, you will be asked to sign in.',
  passkey: 'To decide, you will be asked for your passkey.',
};
/** People of an earlier step that are named before the others are counted. */
const NAMED = 10;

/** The first characters of a content hash, enough to compare by eye. */
export const shortHash = (hash: string): string => hash.slice(0, 12);

/** What silence does, in words. */
export function describeSilence({ onSilence }: PlanStep, isLast: boolean): string {
  switch (onSilence) {
    case 'deny':
      return 'If nobody decides until then, the request is denied.';
    case 'approve':
      return 'If nobody decides until then, the request goes ahead without anybody’s approval.';
    case 'next':
      return isLast
        ? 'If nobody decides until then, the request is denied.'
        : 'If nobody decides until then, other people are asked.';
  }
}

/** That nobody decided in the step before, who was asked there, and when that ended. */
function describeEscalation(
  { file, step, stepOpenedAt }: Pick<Approval, 'file' | 'step' | 'stepOpenedAt'>,
  zone: string,
  contacts: ReadonlyMap<string, Contact>,
): string | undefined {
  const before = file.route.plan[step - 1];
  if (before === undefined || stepOpenedAt === undefined) return undefined;
  const asked = before.approvers.map(({ person }) => nameOf(person, contacts));
  const named = asked.slice(0, NAMED).join(', ');
  const more = asked.length > NAMED ? ` and ${asked.length - NAMED} more` : '';
  return `Nobody decided in step ${step} of ${file.route.plan.length}${asked.length === 0 ? '' : ` (asked: ${named}${more})`}, which ended ${describeTime(stepOpenedAt, zone)}. That is why you are asked now.`;
}

/** The person's name with their id, or the id alone. */
export const nameOf = (person: string, contacts: ReadonlyMap<string, Contact>): string => {
  const name = contacts.get(person)?.name;
  return name === undefined ? person : `${name} (${person})`;
};

/** Everybody whom a page or mail about this approval may name. */
export function personsNamed(
  { file, step, overrides = [] }: Pick<Approval, 'file' | 'step' | 'overrides'>,
  votes: readonly Vote[],
): string[] {
  const { requester, owner, onBehalfOf, breakGlass } = file.request;
  const asked = [step - 1, step].flatMap(
    (index) => file.route.plan[index]?.approvers.map(({ person }) => person) ?? [],
  );
  return [
    ...new Set([
      requester,
      owner,
      ...onBehalfOf,
      ...(breakGlass === undefined ? [] : [breakGlass.person]),
      ...asked,
      ...[...votes, ...overrides].map(({ person }) => person),
    ]),
  ];
}

/**
 * Says what is asked of one person.
 * @param votes on the request, in the order in which they were cast
 * @param contacts of the persons named
 */
export function describeAsk(
  approval: Pick<
    Approval,
    'file' | 'step' | 'deadline' | 'openedAt' | 'stepOpenedAt' | 'standIns' | 'overrides'
  >,
  reader: string,
  votes: readonly Vote[],
  contacts: ReadonlyMap<string, Contact>,
): Ask {
  const file: RouteResolved = approval.file;
  const { request, route } = file;
  const step = stepOf(file, approval.step);
  const { zone } = contacts.get(reader) ?? NAMELESS;
  const counting = countingIn(votes, approval.step);
  const last = new Map(heardOf(counting).map((vote) => [voiceOf(vote), vote]));
  const voices = standsFor(approval, reader).map((person) => nameOf(person, contacts));
  const { mayVote, missing } = evaluateQuorum(step.quorum, step.approvers, counting);
  const asked = new Set(mayVote);
  const escalated = describeEscalation(approval, zone, contacts);
  return {
    requestId: request.id,
    action: request.action,
    environment: request.environment,
    risk: route.riskLevel.effective,
    ...(route.riskLevel.claimed === route.riskLevel.effective
      ? {}
      : { claimedRisk: route.riskLevel.claimed }),
    requester: nameOf(request.requester, contacts),
    owner: nameOf(request.owner, contacts),
    onBehalfOf: request.onBehalfOf.map((person) => nameOf(person, contacts)),
    reason: request.reason,
    target: request.target,
    parameters: request.parameters,
    contentHash: request.contentHash,
    rule: route.rule,
    policy: route.explanation,
    ...(voices.length === 0 ? {} : { standsFor: voices.join(' and ') }),
    ...(escalated === undefined ? {} : { escalated }),
    deadline: describeTime(approval.deadline ?? approval.openedAt, zone),
    ...(PROOF[route.signIn] === undefined ? {} : { proof: PROOF[route.signIn] }),
    silence: isBreakGlassReview(request)
      ? 'If nobody decides until then, it stays open and is asked again: silence closes no review.'
      : describeSilence(step, approval.step === route.plan.length - 1),
    waitingFor: missing,
    others: step.approvers
      .filter(({ person }) => person !== reader)
      .map(({ person }) => {
        const vote = last.get(person);
        return {
          person,
          name: nameOf(person, contacts),
          ...(vote === undefined ? {} : { said: vote.verdict, reason: vote.reason }),
          ...(vote === undefined || vote.person === person ? {} : { by: nameOf(vote.person, contacts) }),
          ...(asked.has(person) ? {} : { later: true as const }),
        };
      }),
    warnings: guardrailNotices(route.preflight, approval.overrides ?? [], (person) =>
      nameOf(person, contacts),
    ),
  };
}
