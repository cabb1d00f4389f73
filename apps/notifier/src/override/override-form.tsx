import { type JSX } from 'preact';
import { visibleText } from '@tollgate/pages';
import { MAX_REASON } from '../cast-vote/reason.js';
import { type Review } from '../review-page/review.js';

interface Props {
  readonly review: Review;
  /** Of the page. */
  readonly path: string;
  /** The one-time value of this view. */
  readonly view: string;
  /** What the person wrote before, when the page comes back. */
  readonly written: string | undefined;
}

/** The form by which somebody whom a guardrail names overrides it. It is no vote. */
export const OverrideForm = ({ review, path, view, written }: Props): JSX.Element | null => {
  const { overridable, approval } = review;
  if (overridable.length === 0 || approval.status !== 'pending') return null;
  return (
    <details class="ask" open={written !== undefined}>
      <summary>Override a guardrail</summary>
      <form method="post" action={`${path}/overrides`} autocomplete="off">
        <input type="hidden" name="view" value={view} />
        <fieldset>
          <legend>Which one?</legend>
          {overridable.map(({ guardrail, reason }) => (
            <label class="choice">
              <input type="radio" name="guardrail" value={guardrail} required />
              <span>
                <strong>{visibleText(guardrail)}</strong>
                <span class="hint">{visibleText(reason)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <label for="justification">Your justification</label>
        <p class="aside" id="justification-hint">
          It goes on record for ever under your name, and everybody who is asked sees it. It is no vote.
        </p>
        <textarea
          id="justification"
          name="justification"
          rows={3}
          maxLength={MAX_REASON}
          required
          aria-describedby="justification-hint"
        >
          {written ?? ''}
        </textarea>
        <button type="submit" class="quiet">
          Override the guardrail
        </button>
      </form>
    </details>
  );
};
