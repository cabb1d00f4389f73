import { type JSX } from 'preact';
import { type Ask, nameOf, shortHash } from '../ask/describe-ask.js';
import { visibleLines, visibleText } from '@tollgate/pages';
import { type Contact } from '../contacts/contact.js';
import { type ComposedMail, indented, subjectEnd } from './composed-mail.js';
import { type Exchange } from './exchange.js';
import { Button, Line, renderMail } from './mail-layout.js';

const TITLE = { question: 'A question about your request', answer: 'A question is answered' } as const;

/** What the reader does about it, and where. */
interface Way {
  readonly says: string;
  readonly label: string;
  readonly link?: string;
}

function wayOf(kind: keyof typeof TITLE, { answerLink }: Exchange, reviewLink: string): Way {
  if (kind === 'answer')
    return { says: 'You can decide now, or change your mind.', label: 'Review', link: reviewLink };
  return answerLink === undefined
    ? { says: 'Whoever made the request answers it by the API.', label: '' }
    : { says: 'Answer it, so that people can decide.', label: 'Answer', link: answerLink };
}

/**
 * The mail with a question to the requester, or with its answer to those who are asked.
 * @param contacts of the persons named
 * @param reviewLink the person's, where they are asked
 */
export function composeExchange(
  kind: keyof typeof TITLE,
  ask: Ask,
  exchange: Exchange,
  contacts: ReadonlyMap<string, Contact>,
  reviewLink: string,
): ComposedMail {
  const title = TITLE[kind];
  const way = wayOf(kind, exchange, reviewLink);
  const asker = visibleText(nameOf(exchange.asker, contacts));
  const answered = visibleText(nameOf(exchange.answeredBy ?? ask.requester, contacts));
  const { answer } = exchange;
  const what = `${visibleText(ask.action)} in ${visibleText(ask.environment)}, ${ask.risk} risk`;
  const text = [
    `${title}.`,
    '',
    what,
    '',
    `${asker} asks:`,
    ...indented(visibleLines(exchange.question)),
    ...(answer === undefined ? [] : [`${answered} answers:`, ...indented(visibleLines(answer))]),
    '',
    way.says,
    ...(way.link === undefined ? [] : [way.link, 'The link is for you alone. Opening it decides nothing.']),
    '',
    `Decided until: ${ask.deadline}`,
    ask.silence,
    `Content hash:  ${shortHash(ask.contentHash)}`,
    `Request:       ${ask.requestId}`,
    '',
  ].join('\n');
  const content: JSX.Element = (
    <>
      <p class="lead">
        <strong>{visibleText(ask.action)}</strong> in <strong>{visibleText(ask.environment)}</strong>,{' '}
        {ask.risk} risk.
      </p>
      <table>
        <Line name={`${asker} asks`}>
          <pre>{visibleLines(exchange.question).join('\n')}</pre>
        </Line>
        {answer !== undefined && (
          <Line name={`${answered} answers`}>
            <pre>{visibleLines(answer).join('\n')}</pre>
          </Line>
        )}
      </table>
      <p>{way.says}</p>
      {way.link !== undefined && <Button href={way.link} label={way.label} />}
      <p>
        It is to be decided until <strong>{ask.deadline}</strong>. {ask.silence}
      </p>
      <p class="small">
        Request <code>{ask.requestId}</code>, content hash <code>{shortHash(ask.contentHash)}</code>
      </p>
    </>
  );
  return { subject: `${title}: ${subjectEnd(ask)}`, text, html: renderMail(title, content) };
}
