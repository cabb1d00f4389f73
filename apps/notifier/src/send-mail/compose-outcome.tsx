import { type JSX } from 'preact';
import { shortHash } from '../ask/describe-ask.js';
import { type Outcome, type OverriddenOne, type SaidOne } from '../ask/describe-outcome.js';
import { visibleLines, visibleText } from '@tollgate/pages';
import { type ComposedMail, indented, subjectEnd } from './composed-mail.js';
import { Line, renderMail } from './mail-layout.js';

/** For whom: somebody who was asked, the requester, or somebody who would have been asked. */
export type OutcomeReader = 'decided' | 'result' | 'break-glass';

const WORD: Readonly<Record<Outcome['outcome'], string>> = {
  approved: 'approved',
  denied: 'denied',
  cancelled: 'withdrawn',
  expired: 'denied, as nobody decided in time',
};

/** Of reviews of broken glass. */
const REVIEWED: Readonly<Record<Outcome['outcome'], string>> = {
  ...WORD,
  approved: 'accepted',
  denied: 'objected to',
};

const titleOf = (reader: OutcomeReader, { outcome, isReview }: Outcome): string => {
  if (reader === 'break-glass') return 'Somebody broke the glass';
  const word = (isReview ? REVIEWED : WORD)[outcome];
  if (reader === 'decided') return `Decided without you: ${word}`;
  return isReview ? `That you broke the glass was ${word}` : `Your request was ${word}`;
};

const TO_DO: Readonly<Record<OutcomeReader, string>> = {
  decided: 'You were asked and had not decided. There is nothing for you to do any more.',
  result: 'This is for your information.',
  'break-glass':
    'You would have been asked, and nobody waited for you. Others are asked to review it once it is released.',
};

const brokenBy = ({ name, justification }: NonNullable<Outcome['brokenGlass']>): string[] => [
  `by ${visibleText(name)}, who says:`,
  ...visibleLines(justification),
];

const saidLine = ({ name, said, reason }: SaidOne): string =>
  `${visibleText(name)} said ${said}${reason === '' ? '' : `: ${visibleLines(reason).join(' / ')}`}`;

const overriddenLine = ({ name, guardrail, justification }: OverriddenOne): string =>
  `${visibleText(guardrail)} by ${visibleText(name)}: ${visibleLines(justification).join(' / ')}`;

function textPart(title: string, outcome: Outcome, toDo: string): string {
  return [
    `${title}.`,
    '',
    `${visibleText(outcome.action)} in ${visibleText(outcome.environment)}, ${outcome.risk} risk`,
    '',
    toDo,
    ...(outcome.next === undefined ? [] : [outcome.next]),
    '',
    `Decided:      ${outcome.decidedAt}, by ${outcome.decidedBy}`,
    `Why:          ${visibleText(outcome.explanation)}`,
    ...(outcome.brokenGlass === undefined
      ? []
      : ['Glass broken:', ...indented(brokenBy(outcome.brokenGlass))]),
    ...(outcome.said.length === 0 ? [] : ['Said:', ...indented(outcome.said.map(saidLine))]),
    ...(outcome.overridden.length === 0
      ? []
      : ['Overridden:', ...indented(outcome.overridden.map(overriddenLine))]),
    `Asked by:     ${visibleText(outcome.requester)}, owner ${visibleText(outcome.owner)}`,
    `Content hash: ${shortHash(outcome.contentHash)}`,
    `Request:      ${outcome.requestId}`,
    '',
  ].join('\n');
}

const Content = ({ outcome, toDo }: { readonly outcome: Outcome; readonly toDo: string }): JSX.Element => (
  <>
    <p class="lead">
      <strong>{visibleText(outcome.action)}</strong> in <strong>{visibleText(outcome.environment)}</strong>,{' '}
      {outcome.risk} risk.
    </p>
    <p>
      {toDo}
      {outcome.next !== undefined && ` ${outcome.next}`}
    </p>
    <table>
      <Line name="Decided">
        {outcome.decidedAt}
        <br />
        by {outcome.decidedBy}
      </Line>
      <Line name="Why">{visibleText(outcome.explanation)}</Line>
      {outcome.brokenGlass !== undefined && (
        <Line name="Glass broken">
          <pre>{brokenBy(outcome.brokenGlass).join('\n')}</pre>
        </Line>
      )}
      {outcome.said.length > 0 && (
        <Line name="Said">
          <ul>
            {outcome.said.map((said) => (
              <li>{saidLine(said)}</li>
            ))}
          </ul>
        </Line>
      )}
      {outcome.overridden.length > 0 && (
        <Line name="Overridden">
          <ul>
            {outcome.overridden.map((overridden) => (
              <li>{overriddenLine(overridden)}</li>
            ))}
          </ul>
        </Line>
      )}
      <Line name="Asked by">
        {visibleText(outcome.requester)}, owner {visibleText(outcome.owner)}
      </Line>
      <Line name="Content hash">
        <code>{shortHash(outcome.contentHash)}</code>
      </Line>
      <Line name="Request">
        <code>{outcome.requestId}</code>
      </Line>
    </table>
  </>
);

/** The mail that says how a request ended: to somebody who was asked and had not voted, or to the requester. */
export function composeOutcome(outcome: Outcome, reader: OutcomeReader): ComposedMail {
  const title = titleOf(reader, outcome);
  const toDo = TO_DO[reader];
  return {
    subject: `${title}: ${subjectEnd(outcome)}`,
    text: textPart(title, outcome, toDo),
    html: renderMail(title, <Content outcome={outcome} toDo={toDo} />),
  };
}
