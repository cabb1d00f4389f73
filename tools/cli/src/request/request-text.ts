import { type Decision, type RequestStatusDocument, type Vote } from '@tollgate/contracts';
import { durationText, timeText } from '../terminal/duration.js';
import { type Style } from '../terminal/terminal.js';
import { visible } from '../terminal/visible.js';

/** Colours a text, or leaves it alone where there is no terminal. */
export type Paint = (style: Style, text: string) => string;

/** The action of a change of the policy. */
const POLICY_PUBLISH = 'policy.publish';
const LABEL_WIDTH = 12;
const field = (label: string, value: string): string => `  ${label.padEnd(LABEL_WIDTH)}${value}`;

/** What is asked for, in the lines that head every display of a request. */
export function headText(document: RequestStatusDocument, paint: Paint): string[] {
  const what = `${document.action} in ${document.environment}, risk ${document.riskLevel}`;
  return [
    `${paint('bold', `Request ${document.id}`)}`,
    field('what', visible(what)),
    field('requester', visible(document.requester)),
    field('submitted', timeText(new Date(document.submittedAt))),
    field('content', `SHA-256 ${document.contentHash}`),
  ];
}

/** Whether it is known by now who decides. */
export const isRouted = (document: RequestStatusDocument): boolean =>
  document.asked.length > 0 || document.explanation !== undefined || document.decision !== undefined;

/** Who is asked and until when; for what nobody is asked, why. */
export function routeText(document: RequestStatusDocument, now: Date): string[] {
  const lines: string[] = [];
  if (document.explanation !== undefined) lines.push(field('route', visible(document.explanation)));
  if (document.asked.length > 0) {
    const people = document.asked.map(
      ({ person, via }) => `${visible(person)}${via.length > 0 ? ` (${via.map(visible).join(', ')})` : ''}`,
    );
    lines.push(field('asked', people.join(', ')));
  }
  if (document.deadline !== undefined) {
    const deadline = new Date(document.deadline);
    const left = deadline.getTime() - now.getTime();
    lines.push(field('deadline', `${timeText(deadline)}${left > 0 ? ` (in ${durationText(left)})` : ''}`));
  }
  return lines;
}

/** Why a request stands still, and what an operator does about it. */
export function stalledText({ id, stalled }: RequestStatusDocument, paint: Paint): string[] {
  if (stalled === undefined) return [];
  return [
    paint('yellow', `  stalled at ${visible(stalled.service)}: ${visible(stalled.reason)}`),
    `  an operator can retry it (npx tollgate dead-letters list) or give it up (npx tollgate dead-letters give-up ${id})`,
  ];
}

const quoted = (vote: Vote): string => (vote.reason.trim() === '' ? '' : `: “${visible(vote.reason)}”`);

/** The counted votes with a verdict, each as `denied by erin: “…”`. */
function votesText(decision: Decision, verdict: 'approve' | 'deny'): string[] {
  const word = verdict === 'approve' ? 'approved' : 'denied';
  return decision.votes
    .filter((vote) => vote.counted && vote.verdict === verdict)
    .map((vote) => {
      const instead = vote.onBehalfOf === undefined ? '' : ` for ${visible(vote.onBehalfOf)}`;
      return `  ${word} by ${visible(vote.person)}${instead}${quoted(vote)}`;
    });
}

const whoDecided = (decision: Decision): string[] => {
  if (decision.decidedBy === 'people') return [];
  const words: Record<Exclude<Decision['decidedBy'], 'people'>, string> = {
    automation: 'by automation: the policy asks nobody',
    timeout: 'by timeout: nobody answered in time',
    requester: 'by the requester, who withdrew it',
    policy: 'by the policy',
    'break-glass': 'by somebody who broke the glass: nobody was waited for',
  };
  return [field('decided', words[decision.decidedBy])];
};

/** What became of a release that is of no use any more. */
const endText = ({ state, endedAt }: NonNullable<RequestStatusDocument['release']>): string[] =>
  state === 'unused'
    ? []
    : [field('release', endedAt === undefined ? state : `${state} at ${timeText(new Date(endedAt))}`)];

/** How it ended, in words that never blame a person for a silence. */
export function outcomeText(document: RequestStatusDocument, paint: Paint): string[] {
  const { decision, guardrail, release, status } = document;
  const approvals =
    decision === undefined
      ? []
      : [...votesText(decision, 'approve'), ...(decision.outcome === 'approved' ? whoDecided(decision) : [])];
  switch (status) {
    case 'released':
      return [
        ...approvals,
        paint('green', 'Released.'),
        // Intake carries out a change of the policy itself: nobody has a use for the token.
        ...(release === undefined || document.action === POLICY_PUBLISH
          ? []
          : [
              field('valid until', timeText(new Date(release.expiresAt))),
              field('token', release.token),
              ...endText(release),
            ]),
      ];
    case 'blocked': {
      const reasons = (guardrail?.results ?? []).filter(({ verdict }) => verdict === 'blocked');
      return [
        ...approvals,
        paint('red', 'Blocked by a guardrail.'),
        ...reasons.map(({ rule, reason }) => `  ${visible(rule)}: ${visible(reason)}`),
      ];
    }
    case 'denied':
      return [
        paint('red', 'Denied.'),
        ...(decision === undefined ? [] : votesText(decision, 'deny')),
        ...(decision === undefined || decision.decidedBy === 'people'
          ? []
          : [`  ${visible(decision.explanation)}`]),
      ];
    case 'expired': {
      const until = decision?.deadline ?? document.deadline;
      const by = until === undefined ? 'in time' : `by ${timeText(new Date(until))}`;
      return [
        paint('yellow', 'Expired.'),
        `  Nobody answered ${by}. The checkpoint turns this silence into a no; no person denied it.`,
      ];
    }
    case 'cancelled':
      return [paint('yellow', 'Cancelled.'), '  It was withdrawn and will not be released.'];
    case 'failed':
      return [
        paint('red', 'Failed.'),
        `  ${visible(document.explanation ?? 'It stalled, and an operator gave it up.')}`,
      ];
    case 'pending':
    case 'approved':
      return [];
  }
}

/** A request whole: what is asked, who decides, and how it stands. */
export function requestText(document: RequestStatusDocument, now: Date, paint: Paint): string[] {
  const outcome = outcomeText(document, paint);
  return [
    ...headText(document, paint),
    ...routeText(document, now),
    ...stalledText(document, paint),
    ...(outcome.length > 0 ? outcome : [field('status', document.status)]),
  ];
}
