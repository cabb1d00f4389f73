import {
  type Approver,
  type ExcludedApprover,
  type QuorumExpression,
  type Request,
} from '@tollgate/contracts';

/** How many people an explanation names before it counts the others. */
const NAMED = 5;
/** What `route.explanation` may hold, in characters. */
const LONGEST = 2000;

/** What an explanation says of a request. */
export type Asked = Pick<Request, 'action' | 'environment' | 'riskLevel'>;

/** How a route came about. */
export type RouteStory =
  | { readonly kind: 'no-line' }
  | { readonly kind: 'automation' | 'deny'; readonly rule: string }
  | {
      readonly kind: 'people';
      readonly rule: string;
      readonly quorum: QuorumExpression;
      readonly approvers: readonly Approver[];
    }
  | {
      readonly kind: 'nobody';
      readonly rule: string;
      readonly quorum: QuorumExpression;
      readonly excluded: readonly ExcludedApprover[];
    };

const listed = (items: readonly string[], conjunction: string, separator = ', '): string => {
  const shown = items.slice(0, NAMED);
  if (items.length > NAMED) return `${shown.join(separator)} ${conjunction} ${items.length - NAMED} more`;
  const last = shown.pop() ?? 'nobody';
  return shown.length === 0 ? last : `${shown.join(separator)} ${conjunction} ${last}`;
};

const words = (quorum: QuorumExpression): string => {
  const colon = quorum.from.indexOf(':');
  const kind = quorum.from.slice(0, colon);
  const name = quorum.from.slice(colon + 1);
  return kind === 'person' ? name : `one person of the ${kind} ${name}`;
};

function sentence(story: RouteStory, { action, environment, riskLevel }: Asked): string {
  const what = `${action} at ${riskLevel} risk in ${environment}`;
  switch (story.kind) {
    case 'no-line':
      return `No line of the boundary matrix covers ${what}, so it is denied.`;
    case 'automation':
      return `By ${story.rule}, ${what} is approved automatically.`;
    case 'deny':
      return `By ${story.rule}, ${what} is denied.`;
    case 'people':
      return `By ${story.rule}, ${what} needs the approval of ${words(story.quorum)}: ${listed(
        story.approvers.map(({ person }) => person),
        'or',
      )}.`;
    case 'nobody': {
      const why =
        story.excluded.length === 0
          ? 'nobody there holds it'
          : listed(
              story.excluded.map(({ person, why }) => `${person} ${why}`),
              'and',
              '; ',
            );
      return `By ${story.rule}, ${what} needs the approval of ${words(story.quorum)}, but nobody may give it (${why}), so it is denied.`;
    }
  }
}

/** One sentence for people: who decides, and why. */
export function explainRoute(story: RouteStory, asked: Asked): string {
  const text = sentence(story, asked);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
