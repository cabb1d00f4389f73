import { type Verdict, type Vote } from '@tollgate/contracts';
import { type JSX } from 'preact';
import { visibleText } from '@tollgate/pages';
import { MAX_REASON } from '../cast-vote/reason.js';

/** What the form of an open review carries, and what was wrong with the last attempt. */
export interface ReviewForm {
  /** Where it posts to. */
  readonly action: string;
  /** The one-time value of this view. */
  readonly view: string;
  /** What the person wrote before, when the page comes back. */
  readonly reason?: string;
  /** The same of the question to the requester. */
  readonly question?: string;
  /** The same of the justification of an override. */
  readonly justification?: string;
  /** What to say about the last attempt. */
  readonly fault?: string;
}

/** What the person said last, and whether it counts. */
export const Mine = ({ vote }: { readonly vote: Vote | undefined }): JSX.Element | null =>
  vote === undefined ? null : (
    <p class={`notice ${vote.counted ? 'good' : 'bad'}`}>
      You said <strong>{vote.verdict}</strong>
      {vote.onBehalfOf === undefined ? '' : ` for ${visibleText(vote.onBehalfOf)}`}
      {vote.reason === '' ? '.' : <>: {visibleText(vote.reason)}</>}
      {vote.counted ? '' : ` It does not count: ${vote.why ?? 'it came too late.'}`}
    </p>
  );

/** What was wrong with the last attempt. */
export const Fault = ({ fault }: { readonly fault: string | undefined }): JSX.Element | null =>
  fault === undefined ? null : (
    <p class="notice bad" role="alert" id="fault">
      {fault}
    </p>
  );

const CHOICES = [
  { verdict: 'approve', name: 'Approve', hint: 'It may go ahead.' },
  { verdict: 'deny', name: 'Deny', hint: 'It must not go ahead.' },
  { verdict: 'abstain', name: 'Abstain', hint: 'Leave it to the others.' },
] as const;

const anyOf = (verdicts: readonly string[]): string => verdicts.join(' or ');

interface Props {
  readonly form: ReviewForm;
  readonly contentHash: string;
  readonly mine: Vote | undefined;
  /** The verdicts that need a reason here. */
  readonly reasonFor: readonly Verdict[];
  /** Those for whom the person may decide, where there are several: it is one vote, for one of them. */
  readonly voices: readonly { readonly person: string; readonly name: string }[];
}

/** The form by which the person decides. Nothing in it is chosen beforehand. */
export const Form = ({ form, contentHash, mine, reasonFor, voices }: Props): JSX.Element => {
  const wanting = CHOICES.filter(({ verdict }) => reasonFor.includes(verdict)).map(({ name }) => name);
  return (
    <section id="decide" aria-labelledby="decide-heading">
      <h2 id="decide-heading">Your decision</h2>
      <Mine vote={mine} />
      <form method="post" action={form.action} autocomplete="off">
        <input type="hidden" name="contentHash" value={contentHash} />
        <input type="hidden" name="view" value={form.view} />
        <fieldset aria-describedby={form.fault === undefined ? undefined : 'fault'}>
          <legend>What do you say?</legend>
          {CHOICES.map(({ verdict, name, hint }) => (
            <label class="choice">
              <input type="radio" name="verdict" value={verdict} required />
              <span>
                <strong>{name}</strong>
                <span class="hint">{hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {voices.length > 1 && (
          <fieldset>
            <legend>For whom? You have one vote.</legend>
            {voices.map(({ person, name }) => (
              <label class="choice">
                <input type="radio" name="onBehalfOf" value={person} required />
                <span>
                  <strong>{visibleText(name)}</strong>
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <label for="reason">Reason</label>
        {wanting.length > 0 && (
          <p class="aside" id="reason-wanted">
            {wanting.length === CHOICES.length
              ? 'Needed, whatever you say.'
              : `Needed if you choose ${anyOf(wanting)}.`}
          </p>
        )}
        <textarea
          id="reason"
          name="reason"
          rows={3}
          maxLength={MAX_REASON}
          aria-describedby={wanting.length > 0 ? 'reason-wanted' : undefined}
          required={wanting.length === CHOICES.length}
        >
          {form.reason ?? ''}
        </textarea>
        <button type="submit">Submit my decision</button>
      </form>
      <p class="aside">
        {mine === undefined
          ? 'You can change it until the request is decided.'
          : 'You can change what you said until the request is decided.'}
      </p>
    </section>
  );
};
