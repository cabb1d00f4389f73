import { type JSX } from 'preact';
import { type Ask, describeAnswer, shortHash } from '../ask/describe-ask.js';
import { type GuardrailNotice, noticeText } from '../ask/guardrail-notices.js';
import { visibleLines, visibleText } from '@tollgate/pages';
import { type ComposedMail, indented, subjectEnd } from './composed-mail.js';
import { Button, Line, renderMail } from './mail-layout.js';

const TITLE = {
  asked: 'Your approval is asked',
  reminded: 'Reminder: your approval is asked',
} as const;

const others = (ask: Ask): string[] =>
  ask.others.map((other) => `${visibleText(other.name)}: ${describeAnswer(other)}`);

const claimed = ({ claimedRisk }: Ask): string =>
  claimedRisk === undefined ? '' : ` (claimed: ${claimedRisk})`;

/** Why a delegate is asked. */
const standing = ({ standsFor }: Ask): string =>
  standsFor === undefined ? '' : `You stand for ${visibleText(standsFor)}. `;

const warningOf = (notice: GuardrailNotice): string => visibleText(noticeText(notice));

function textPart(title: string, ask: Ask, link: string): string {
  return [
    `${title}.`,
    '',
    `${visibleText(ask.action)} in ${visibleText(ask.environment)}, ${ask.risk} risk${claimed(ask)}`,
    `asked by ${visibleText(ask.requester)}`,
    '',
    `Decide until ${ask.deadline}.`,
    ask.silence,
    ...(ask.proof === undefined ? [] : [ask.proof]),
    ...(ask.escalated === undefined ? [] : ['', visibleText(ask.escalated)]),
    ...ask.warnings.map((notice) => `${notice.warns ? 'Warning' : 'Note'}: ${warningOf(notice)}`),
    '',
    'Review it, and decide there:',
    link,
    'The link is for you alone. Opening it decides nothing.',
    '',
    `Action:       ${visibleText(ask.action)}`,
    `Environment:  ${visibleText(ask.environment)}`,
    `Risk:         ${ask.risk}${claimed(ask)}`,
    `Asked by:     ${visibleText(ask.requester)}, owner ${visibleText(ask.owner)}`,
    ...(ask.onBehalfOf.length === 0 ? [] : [`On behalf of: ${visibleText(ask.onBehalfOf.join(', '))}`]),
    `Content hash: ${shortHash(ask.contentHash)}`,
    '',
    'Reason given by the requester:',
    ...indented(visibleLines(ask.reason)),
    '',
    'Target:',
    ...indented(visibleLines(JSON.stringify(ask.target, undefined, 2))),
    '',
    `Why you: ${standing(ask)}${visibleText(ask.policy)}`,
    ...(ask.others.length === 0 ? ['Nobody else is asked.'] : ['Also asked:', ...indented(others(ask))]),
    '',
  ].join('\n');
}

const Content = ({ ask, link }: { readonly ask: Ask; readonly link: string }): JSX.Element => (
  <>
    <p class="lead">
      <strong>{visibleText(ask.action)}</strong> in <strong>{visibleText(ask.environment)}</strong>,{' '}
      {ask.risk} risk{claimed(ask)}, asked by {visibleText(ask.requester)}.
    </p>
    <p>
      Decide until <strong>{ask.deadline}</strong>. {ask.silence}
    </p>
    {ask.escalated !== undefined && <p>{visibleText(ask.escalated)}</p>}
    {ask.warnings.map((notice) => (
      <p class={notice.warns ? 'warning' : undefined}>{warningOf(notice)}</p>
    ))}
    <Button href={link} label="Review" />
    <p class="small">
      The link is for you alone. Opening it decides nothing.
      {ask.proof !== undefined && ` ${ask.proof}`}
    </p>
    <table>
      <Line name="Reason given">
        <pre>{visibleLines(ask.reason).join('\n')}</pre>
      </Line>
      <Line name="Target">
        <pre>{visibleLines(JSON.stringify(ask.target, undefined, 2)).join('\n')}</pre>
      </Line>
      <Line name="Why you">
        {standing(ask)}
        {visibleText(ask.policy)}
      </Line>
      <Line name="Also asked">
        {ask.others.length === 0 ? (
          'nobody'
        ) : (
          <ul>
            {others(ask).map((other) => (
              <li>{other}</li>
            ))}
          </ul>
        )}
      </Line>
      <Line name="Owner">{visibleText(ask.owner)}</Line>
      {ask.onBehalfOf.length > 0 && <Line name="On behalf of">{visibleText(ask.onBehalfOf.join(', '))}</Line>}
      <Line name="Content hash">
        <code>{shortHash(ask.contentHash)}</code>
      </Line>
    </table>
    <p class="small">
      If the button does not work: <br />
      {link}
    </p>
  </>
);

/**
 * The mail that asks one person, or asks them again. Nothing of the requester stands in its subject; in the body
 * hidden characters of theirs are made visible.
 * @param link the person's review link
 */
export const composeMail = (ask: Ask, link: string, kind: 'asked' | 'reminded' = 'asked'): ComposedMail => ({
  subject: `${TITLE[kind]}: ${subjectEnd(ask)}`,
  text: textPart(TITLE[kind], ask, link),
  html: renderMail(TITLE[kind], <Content ask={ask} link={link} />),
});
