import { type ComponentChildren, type JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { type Ask, describeAnswer, shortHash } from '../ask/describe-ask.js';
import { visibleLines, visibleText } from '../ask/visible-text.js';
import { MAIL_STYLE } from './mail-style.js';

/** A mail as it is read. */
export interface ComposedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The heading of everything about an ask; nothing in it comes from the requester. */
export const mailSubject = ({ rule, risk, requestId }: Ask): string =>
  `Your approval is asked: ${rule}, ${risk} risk [${requestId.slice(-8)}]`;

const others = (ask: Ask): string[] => ask.others.map((other) => `${other.name}: ${describeAnswer(other)}`);

function textPart(ask: Ask, link: string): string {
  const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
  return [
    'Your approval is asked.',
    '',
    `Action:       ${visibleText(ask.action)}`,
    `Environment:  ${visibleText(ask.environment)}`,
    `Risk:         ${ask.risk}${ask.claimedRisk === undefined ? '' : ` (claimed: ${ask.claimedRisk})`}`,
    `Asked by:     ${visibleText(ask.requester)}, owner ${visibleText(ask.owner)}`,
    ...(ask.onBehalfOf.length === 0 ? [] : [`On behalf of: ${visibleText(ask.onBehalfOf.join(', '))}`]),
    `Content hash: ${shortHash(ask.contentHash)}`,
    '',
    'Target:',
    ...indented(visibleLines(JSON.stringify(ask.target, undefined, 2))),
    '',
    'Reason given by the requester:',
    ...indented(visibleLines(ask.reason)),
    '',
    `Why you: ${visibleText(ask.policy)}`,
    ...ask.warnings.map(
      (guardrail) =>
        `Warning: as things stand, the guardrail ${guardrail} will block it even if it is approved.`,
    ),
    `Until:   ${ask.deadline}`,
    ask.silence,
    ...(ask.others.length === 0 ? ['Nobody else is asked.'] : ['Also asked:', ...indented(others(ask))]),
    '',
    'Review it, and decide there:',
    link,
    '',
    'The link is for you alone. Opening it decides nothing.',
    '',
  ].join('\n');
}

const Line = ({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <tr>
    <th scope="row">{name}</th>
    <td>{children}</td>
  </tr>
);

const Html = ({ ask, link }: { readonly ask: Ask; readonly link: string }): JSX.Element => (
  <html lang="en">
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="supported-color-schemes" content="light dark" />
      <title>Your approval is asked</title>
      <style dangerouslySetInnerHTML={{ __html: MAIL_STYLE }} />
    </head>
    <body>
      <main>
        <h1>Your approval is asked</h1>
        <table>
          <Line name="Action">{visibleText(ask.action)}</Line>
          <Line name="Environment">{visibleText(ask.environment)}</Line>
          <Line name="Risk">
            {ask.risk}
            {ask.claimedRisk === undefined ? '' : ` (claimed: ${ask.claimedRisk})`}
          </Line>
          <Line name="Asked by">
            {visibleText(ask.requester)}, owner {visibleText(ask.owner)}
          </Line>
          {ask.onBehalfOf.length > 0 && (
            <Line name="On behalf of">{visibleText(ask.onBehalfOf.join(', '))}</Line>
          )}
          <Line name="Target">
            <pre>{visibleLines(JSON.stringify(ask.target, undefined, 2)).join('\n')}</pre>
          </Line>
          <Line name="Reason given">
            <pre>{visibleLines(ask.reason).join('\n')}</pre>
          </Line>
          <Line name="Why you">{visibleText(ask.policy)}</Line>
          <Line name="Content hash">
            <code>{shortHash(ask.contentHash)}</code>
          </Line>
          <Line name="Until">
            <strong>{ask.deadline}</strong>
            <br />
            {ask.silence}
          </Line>
          <Line name="Also asked">{ask.others.length === 0 ? 'nobody' : others(ask).join('; ')}</Line>
        </table>
        {ask.warnings.map((guardrail) => (
          <p class="warning">
            As things stand, the guardrail {guardrail} will block it even if it is approved.
          </p>
        ))}
        <p>
          <a class="review" href={link}>
            Review
          </a>
        </p>
        <p class="small">
          The link is for you alone. Opening it decides nothing. If the button does not work: <br />
          {link}
        </p>
      </main>
    </body>
  </html>
);

/**
 * The mail that asks one person. Nothing of the requester stands in its subject; in the body hidden characters of
 * theirs are made visible.
 * @param link the person's review link
 */
export const composeMail = (ask: Ask, link: string): ComposedMail => ({
  subject: mailSubject(ask),
  text: textPart(ask, link),
  html: `<!doctype html>${renderToStaticMarkup(<Html ask={ask} link={link} />)}`,
});
