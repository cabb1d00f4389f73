import { type JsonObject, type Override, type Vote } from '@tollgate/contracts';
import { type ComponentChildren, type JSX } from 'preact';
import { type Ask, describeAnswer, nameOf } from '../ask/describe-ask.js';
import { describeTime } from '../ask/describe-time.js';
import { visibleLines, visibleText } from '@tollgate/pages';
import { type Contact } from '../contacts/contact.js';

/** One named fact in a list of them. */
export const Row = ({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <div class="row">
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** A value of the requester, readable. */
export const Json = ({ value }: { readonly value: JsonObject }): JSX.Element =>
  Object.keys(value).length === 0 ? (
    <>nothing</>
  ) : (
    <pre>{visibleLines(JSON.stringify(value, undefined, 2)).join('\n')}</pre>
  );

const Risk = ({ ask }: { readonly ask: Ask }): JSX.Element => (
  <span class={`risk ${ask.risk}`}>{ask.risk} risk</span>
);

/** Who asks for what, in one sentence. */
export const Lead = ({ ask }: { readonly ask: Ask }): JSX.Element => (
  <p class="lead">
    {visibleText(ask.requester)} asks for <strong>{visibleText(ask.action)}</strong> in{' '}
    <strong>{visibleText(ask.environment)}</strong>. <Risk ask={ask} />
  </p>
);

/** What guardrails would or may stop it all the same, and which of them somebody overrode. */
export const Guardrails = ({ ask }: { readonly ask: Ask }): JSX.Element => (
  <div data-part="guardrails">
    <GuardrailNotices ask={ask} />
  </div>
);

/** The content of {@link Guardrails}, which changes while a page is open. */
export const GuardrailNotices = ({ ask }: { readonly ask: Ask }): JSX.Element => (
  <>
    {ask.warnings.map(({ before, guardrail, after, warns }) => (
      <p class={warns ? 'notice warning' : 'notice'}>
        {before}
        <strong>{visibleText(guardrail)}</strong>
        {visibleText(after)}
      </p>
    ))}
  </>
);

/** Why it is asked only now, and what would stop it all the same. */
export const AskNotices = ({ ask }: { readonly ask: Ask }): JSX.Element => (
  <>
    {ask.escalated !== undefined && <p class="notice">{visibleText(ask.escalated)}</p>}
    <Guardrails ask={ask} />
  </>
);

/** What is asked, by whom, why: everything that the person needs to decide. */
export const AskDetails = ({ ask }: { readonly ask: Ask }): JSX.Element => (
  <dl>
    <Row name="Action">
      <strong>{visibleText(ask.action)}</strong>
    </Row>
    <Row name="Environment">
      <strong>{visibleText(ask.environment)}</strong>
    </Row>
    <Row name="Risk">
      <Risk ask={ask} />
      {ask.claimedRisk === undefined ? '' : ` (claimed: ${ask.claimedRisk})`}
    </Row>
    <Row name="Asked by">
      {visibleText(ask.requester)}
      {ask.owner === ask.requester ? '' : `, owner ${visibleText(ask.owner)}`}
    </Row>
    {ask.onBehalfOf.length > 0 && <Row name="On behalf of">{visibleText(ask.onBehalfOf.join(', '))}</Row>}
    <Row name="Reason given">
      <pre class="prose">{visibleLines(ask.reason).join('\n')}</pre>
    </Row>
    <Row name="Target">
      <Json value={ask.target} />
    </Row>
    <Row name="Parameters">
      <Json value={ask.parameters} />
    </Row>
    <Row name="Why you">
      {ask.standsFor === undefined ? '' : `You stand for ${visibleText(ask.standsFor)}. `}
      {visibleText(ask.policy)}
    </Row>
    <Row name="Content hash">
      <code class="hash">{ask.contentHash}</code>
    </Row>
  </dl>
);

interface OthersAskedProps {
  readonly ask: Ask;
  readonly heading?: string;
}

/** Who was asked and what they said so far. */
export const OthersAsked = ({ ask, heading = 'Also asked' }: OthersAskedProps): JSX.Element => (
  <section>
    <h2>{heading}</h2>
    {ask.others.length === 0 ? (
      <p>Nobody else is asked.</p>
    ) : (
      <ul class="people">
        {ask.others.map((other) => (
          <li>
            <strong>{other.name}</strong> {describeAnswer(other)}
            {other.reason === undefined || other.reason === '' ? '' : <q>{visibleText(other.reason)}</q>}
          </li>
        ))}
      </ul>
    )}
  </section>
);

interface VotesProps {
  readonly votes: readonly Vote[];
  readonly contacts: ReadonlyMap<string, Contact>;
  readonly zone: string;
}

/** Every vote on record, also those that do not count, and why. */
export const VotesCast = ({ votes, contacts, zone }: VotesProps): JSX.Element => (
  <section>
    <h2>Votes</h2>
    <ul class="people">
      {votes.map((vote) => (
        <li>
          <strong>{nameOf(vote.person, contacts)}</strong>
          {vote.onBehalfOf === undefined ? ' ' : ` for ${nameOf(vote.onBehalfOf, contacts)} `}said{' '}
          {vote.verdict}, {describeTime(Date.parse(vote.at), zone)}
          {vote.reason === '' ? '' : <q>{visibleText(vote.reason)}</q>}
          {vote.counted ? '' : <span class="aside"> Not counted: {vote.why}</span>}
        </li>
      ))}
    </ul>
  </section>
);

interface OverridesProps {
  readonly overrides: readonly Override[];
  readonly contacts: ReadonlyMap<string, Contact>;
  readonly zone: string;
}

/** Which guardrails were overridden, by whom and why; nothing where none was. */
export const OverridesMade = ({ overrides, contacts, zone }: OverridesProps): JSX.Element | null =>
  overrides.length === 0 ? null : (
    <section>
      <h2>Overridden guardrails</h2>
      <ul class="people">
        {overrides.map(({ guardrail, person, justification, at }) => (
          <li>
            <strong>{visibleText(nameOf(person, contacts))}</strong> overrode{' '}
            <strong>{visibleText(guardrail)}</strong>, {describeTime(Date.parse(at), zone)}
            <q>{visibleText(justification)}</q>
          </li>
        ))}
      </ul>
    </section>
  );
