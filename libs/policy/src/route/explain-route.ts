import {
  type Approver,
  type ExcludedApprover,
  type QuorumExpression,
  type Request,
  type RouteRisk,
} from '@tollgate/contracts';
import { type SignOff } from '../guardrail/compiled-guardrail.js';
import { signersInWords } from '../guardrail/judge-rule.js';
import { listed, quorumInWords, shortened } from '../quorum/quorum-words.js';

/** How many people an explanation names before it counts the others. */
const NAMED = 5;
/** What `route.explanation` may hold, in characters. */
const LONGEST = 2000;

/** What an explanation says of a request. */
export interface Asked extends Pick<Request, 'action' | 'environment' | 'riskLevel'> {
  readonly risk: RouteRisk;
  /** Risk rules that could not be evaluated, and why. */
  readonly unknown: readonly string[];
}

/** How a route came about. */
export type RouteStory =
  | { readonly kind: 'no-line' }
  | { readonly kind: 'automation' | 'deny'; readonly rule: string }
  | {
      readonly kind: 'unclear';
      readonly rule: string;
      /** What could not be evaluated. */
      readonly what: string;
      readonly fault: string;
    }
  | {
      readonly kind: 'people';
      readonly rule: string;
      readonly quorum: QuorumExpression;
      readonly approvers: readonly Approver[];
      /** Those that a guardrail put into the quorum. */
      readonly signOffs?: readonly SignOff[];
    }
  | {
      /** Somebody broke the glass; `asked` is whom it would have asked. */
      readonly kind: 'break-glass';
      readonly asked: RouteStory;
      readonly person: string;
      /** The rule that lets them. */
      readonly by: string;
    }
  | {
      /** Somebody wanted to break the glass, and the route is as without. */
      readonly kind: 'unbroken';
      readonly asked: RouteStory;
      readonly person: string;
      readonly why: string;
    }
  | {
      /** A guardrail is sure to block it. */
      readonly kind: 'forbidden';
      readonly rule: string;
      readonly guardrail: string;
      readonly why: string;
    }
  | {
      /** The quorum together with the sign-offs is more than can be asked. */
      readonly kind: 'too-large';
      readonly rule: string;
      readonly signOffs: readonly SignOff[];
      readonly fault: string;
    }
  | {
      readonly kind: 'nobody';
      readonly rule: string;
      readonly quorum: QuorumExpression;
      readonly excluded: readonly ExcludedApprover[];
    }
  | {
      readonly kind: 'too-few';
      readonly rule: string;
      readonly quorum: QuorumExpression;
      readonly approvers: readonly Approver[];
      readonly excluded: readonly ExcludedApprover[];
    };

const reasons = (excluded: readonly ExcludedApprover[]): string =>
  listed(
    excluded.map(({ person, why }) => `${person} ${why}`),
    'and',
    NAMED,
    '; ',
  );

const named = (signOffs: readonly SignOff[]): string =>
  listed(
    signOffs.map(({ id }) => id),
    'and',
    NAMED,
  );

/** Which guardrails want somebody among those who approve. */
const demanded = (signOffs: readonly SignOff[] = []): string =>
  signOffs.length === 0
    ? ''
    : ` Sign-off by ${listed(
        signOffs.map(({ id, from, reason }) => `${signersInWords(from)} (${id}: ${reason})`),
        'and',
        NAMED,
        '; ',
      )}.`;

function sentence(
  story: RouteStory,
  { action, environment, riskLevel }: Pick<Asked, 'action' | 'environment' | 'riskLevel'>,
): string {
  const what = `${action} at ${riskLevel} risk in ${environment}`;
  switch (story.kind) {
    case 'no-line':
      return `No line of the boundary matrix covers ${what}, so it is denied.`;
    case 'automation':
      return `By ${story.rule}, ${what} is approved automatically.`;
    case 'deny':
      return `By ${story.rule}, ${what} is denied.`;
    case 'people': {
      const people = story.approvers.map(({ person }) => person);
      const whose =
        story.quorum.kind === 'one'
          ? `: ${listed(people, 'or', NAMED)}`
          : ` (${listed(people, 'and', NAMED)} may vote)`;
      return `By ${story.rule}, ${what} needs the approval of ${quorumInWords(story.quorum)}${whose}.${demanded(story.signOffs)}`;
    }
    case 'break-glass': {
      const whom = story.asked.kind === 'people' ? quorumInWords(story.asked.quorum) : 'people';
      return `${story.person} broke the glass, as ${story.by} allows: ${what} does not wait for the approval of ${whom}. It is reviewed afterwards.`;
    }
    case 'unbroken':
      return `${story.person} could not break the glass (${story.why}), so people are asked. ${sentence(story.asked, { action, environment, riskLevel })}`;
    case 'forbidden':
      return `By ${story.rule}, ${what} would go on, but the guardrail ${story.guardrail} blocks it, so it is denied before anybody is asked: ${story.why}`;
    case 'too-large':
      return `By ${story.rule}, ${what} needs the sign-off that ${named(story.signOffs)} asks for, and with it more than one step can ask (${story.fault}), so it is denied.`;
    case 'nobody': {
      const why = story.excluded.length === 0 ? 'nobody there holds it' : reasons(story.excluded);
      return `By ${story.rule}, ${what} needs the approval of ${quorumInWords(story.quorum)}, but nobody may give it (${why}), so it is denied.`;
    }
    case 'too-few': {
      const left = listed(
        story.approvers.map(({ person }) => person),
        'and',
        NAMED,
      );
      const why = story.excluded.length === 0 ? '' : ` (${reasons(story.excluded)})`;
      return `By ${story.rule}, ${what} needs the approval of ${quorumInWords(story.quorum)}, which ${left} cannot give alone${why}, so it is denied.`;
    }
    case 'unclear':
      return `By ${story.rule}, ${what} is denied: ${story.what} could not be evaluated (${story.fault}).`;
  }
}

function raised({ risk: { claimed, effective, raisedBy }, unknown }: Asked): string {
  if (raisedBy === undefined || claimed === effective) return '';
  const why =
    unknown.length === 0
      ? ''
      : ` (not to be evaluated, so it counts: ${listed(unknown, 'and', NAMED, '; ')})`;
  return `The risk is raised from ${claimed} to ${effective} by ${listed(raisedBy, 'and', NAMED)}${why}. `;
}

/** A sentence or two for people: who decides, and why. */
export const explainRoute = (story: RouteStory, asked: Asked): string =>
  shortened(raised(asked) + sentence(story, asked), LONGEST);
