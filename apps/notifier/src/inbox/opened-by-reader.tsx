import { type FindReview } from '../review-page/find-review.js';
import { type OpenedReview } from '../review-page/review-desk.js';
import { type Review } from '../review-page/review.js';
import { requestPath } from './inbox-cards.js';
import { type Reader, signedInAs, viewHolder } from './inbox-door.js';

/** A review as somebody who is signed in opened it. */
export function openedByReader(
  reader: Reader,
  review: Review,
  reviews: Pick<FindReview, 'findFor'>,
): OpenedReview {
  const { requestId } = review.approval;
  return {
    review,
    holder: `${viewHolder(reader.session)} ${requestId}`,
    path: requestPath(requestId),
    again: () => reviews.findFor(reader.person, requestId),
    around: {
      ...signedInAs(reader),
      below: (
        <p class="aside">
          <a href={`/inbox/absence?request=${requestId}`}>Let somebody else decide this request</a>
        </p>
      ),
    },
  };
}
