import { isJsonObject } from '../connection/is-json-object.js';
import { visible } from '../terminal/visible.js';
import { type Finding, ill, well } from './finding.js';
import { shortened } from './shortened.js';

/** The fields of an item that are text; for anything else nothing. */
const texts = (item: unknown, ...names: string[]): string[] =>
  names.map((name) => {
    const value = isJsonObject(item) ? item[name] : undefined;
    return typeof value === 'string' ? visible(value) : '?';
  });

/** What overdue reviews of a broken glass mean: somebody acted alone, and nobody has looked at it since. */
export function judgeReviews(overdue: readonly unknown[]): Finding {
  if (overdue.length === 0) return well('reviews', 'none overdue');
  return ill(
    'reviews',
    `${overdue.length} of a broken glass overdue; see npx tollgate break-glass reviews --state overdue`,
    shortened(
      overdue.map((review) => {
        const [id, person, action, due] = texts(review, 'id', 'person', 'action', 'dueAt');
        return `${id}: ${action} by ${person}, due ${due}`;
      }),
    ),
  );
}

/** What messages mean that no attempt reached their producer with. */
export function judgeWebhooks(givenUp: readonly unknown[], hasMore: boolean): Finding {
  if (givenUp.length === 0) return well('webhooks', 'none given up');
  return ill(
    'webhooks',
    `${hasMore ? 'more than ' : ''}${givenUp.length} given up; see npx tollgate webhooks list`,
    shortened(
      givenUp.map((message) => {
        const [request, producer, type, failure] = texts(message, 'requestId', 'producer', 'type', 'failure');
        return `${type} of ${request} to ${producer}: ${failure}`;
      }),
    ),
  );
}
