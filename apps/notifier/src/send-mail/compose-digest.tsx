import { type JSX } from 'preact';
import { visibleText } from '@tollgate/pages';
import { type ComposedMail, indented } from './composed-mail.js';
import { renderMail } from './mail-layout.js';

/** A request in a digest that waits for its reader. */
export interface WaitingLine {
  /** What the mail by itself would have been called, in a word or two; absent where it asks for the first time. */
  readonly note?: string;
  readonly requestId: string;
  readonly action: string;
  readonly environment: string;
  readonly risk: string;
  readonly requester: string;
  /** In the reader's zone. */
  readonly deadline: string;
  /** To its page; absent where the reader has none. */
  readonly link?: string;
}

/** A request in a digest that was decided. */
export interface NewsLine {
  readonly outcome: string;
  readonly action: string;
  readonly environment: string;
  readonly risk: string;
  readonly requestId: string;
  readonly explanation: string;
}

/** What a digest says. */
export interface Digest {
  /** By deadline, the nearest first. */
  readonly waiting: readonly WaitingLine[];
  readonly news: readonly NewsLine[];
  /** News that it only counts. */
  readonly more: number;
  /** Mails that wait for a later digest. */
  readonly later: number;
}

const requests = (count: number): string => (count === 1 ? '1 request' : `${count} requests`);

function titleOf({ waiting, news, more }: Digest): string {
  const decided = news.length + more;
  if (waiting.length === 0) return `${requests(decided)} decided`;
  const asks = `${requests(waiting.length)} ${waiting.length === 1 ? 'waits' : 'wait'} for you`;
  return decided === 0 ? asks : `${asks}, ${decided} decided`;
}

const WHY = 'You get many mails from Tollgate at the moment, so these come in one.';
const laterNote = (later: number): string | undefined =>
  later === 0
    ? undefined
    : `${later} more ${later === 1 ? 'waits' : 'wait'} for the next mail like this one.`;
const moreNote = (more: number): string | undefined =>
  more === 0
    ? undefined
    : `${more} more ${more === 1 ? 'was' : 'were'} decided and ${more === 1 ? 'is' : 'are'} not listed.`;

const what = ({ action, environment, risk }: Pick<WaitingLine, 'action' | 'environment' | 'risk'>): string =>
  `${visibleText(action)} in ${visibleText(environment)}, ${risk} risk`;

function textPart(title: string, digest: Digest): string {
  const [later, more] = [laterNote(digest.later), moreNote(digest.more)];
  return [
    `${title}.`,
    WHY,
    ...digest.waiting.flatMap((line) => [
      '',
      `* ${line.note === undefined ? '' : `${line.note}: `}${what(line)} [${line.requestId.slice(-8)}]`,
      ...indented([
        `asked by ${visibleText(line.requester)}`,
        `until ${line.deadline}`,
        ...(line.link === undefined ? [] : [`Review: ${line.link}`]),
      ]),
    ]),
    ...(later === undefined ? [] : ['', later]),
    ...(digest.news.length === 0 ? [] : ['', 'Decided:']),
    ...digest.news.flatMap((line) => [
      `* ${line.outcome}: ${what(line)} [${line.requestId.slice(-8)}]`,
      ...indented([visibleText(line.explanation)]),
    ]),
    ...(more === undefined ? [] : [more]),
    '',
    ...(digest.waiting.length === 0 ? [] : ['The links are for you alone. Opening one decides nothing.', '']),
  ].join('\n');
}

const Content = ({ digest }: { readonly digest: Digest }): JSX.Element => {
  const [later, more] = [laterNote(digest.later), moreNote(digest.more)];
  return (
    <>
      <p>{WHY}</p>
      {digest.waiting.map((line) => (
        <div class="entry">
          <p>
            {line.note !== undefined && `${line.note}: `}
            <strong>{visibleText(line.action)}</strong> in <strong>{visibleText(line.environment)}</strong>,{' '}
            {line.risk} risk <code>[{line.requestId.slice(-8)}]</code>
            <br />
            asked by {visibleText(line.requester)}
            <br />
            until <strong>{line.deadline}</strong>
          </p>
          {line.link !== undefined && (
            <p>
              <a class="link" href={line.link}>
                Review
              </a>
            </p>
          )}
        </div>
      ))}
      {later !== undefined && <p>{later}</p>}
      {digest.news.length > 0 && <h2>Decided</h2>}
      {digest.news.map((line) => (
        <p class="entry">
          {line.outcome}: <strong>{visibleText(line.action)}</strong> in{' '}
          <strong>{visibleText(line.environment)}</strong>, {line.risk} risk{' '}
          <code>[{line.requestId.slice(-8)}]</code>
          <br />
          {visibleText(line.explanation)}
        </p>
      ))}
      {more !== undefined && <p>{more}</p>}
      {digest.waiting.length > 0 && (
        <p class="small">The links are for you alone. Opening one decides nothing.</p>
      )}
    </>
  );
};

/** The mail that holds what would have been too many mails. Nothing of a requester stands in its subject. */
export function composeDigest(digest: Digest): ComposedMail {
  const title = titleOf(digest);
  return {
    subject: title,
    text: textPart(title, digest),
    html: renderMail(title, <Content digest={digest} />),
  };
}
