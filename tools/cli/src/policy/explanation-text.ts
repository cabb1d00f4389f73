import { type PlanStep, type RiskLevel, type Route, type Verdict } from '@tollgate/contracts';
import {
  type DecisionExplanation,
  durationMs,
  instantAfter,
  quorumInWords,
  SIGN_IN_WORDS,
} from '@tollgate/policy';
import { type Paint } from '../request/request-text.js';
import { durationText, timeText } from '../terminal/duration.js';
import { type Style } from '../terminal/terminal.js';
import { visible } from '../terminal/visible.js';
import { wrap } from '../terminal/wrap.js';

/** What was asked about, for the heading. */
export interface Asked {
  readonly action: string;
  readonly environment: string;
  readonly risk: RiskLevel;
  readonly requester: string;
  readonly onBehalfOf: readonly string[];
}

/** How an explanation is written. */
export interface ExplanationStyle {
  readonly paint: Paint;
  /** How many characters fit on a line. */
  readonly width: number;
  /** When the request would be made. */
  readonly now: Date;
}

const LABEL_WIDTH = 12;
const INNER_WIDTH = 11;
/** How many people a line names before it counts the others. */
const NAMED = 20;
/** How many earlier lines are explained before the others are counted. */
const EARLIER = 12;

const label = (text: string): string => `${text.padEnd(LABEL_WIDTH - 1)} `;

/** A labelled paragraph; lines after the first hang below the text. */
const paragraph = (name: string, text: string, width: number): string[] =>
  wrap(text, { width, first: label(name), others: label('') });

const inner = (name: string, text: string, width: number): string[] =>
  wrap(text, { width, first: `  ${name.padEnd(INNER_WIDTH - 1)} `, others: ' '.repeat(INNER_WIDTH + 2) });

/** The first of many, and how many more there are. */
const someOf = (items: readonly string[], separator = ', '): string =>
  items.length <= NAMED
    ? items.join(separator)
    : `${items.slice(0, NAMED).join(separator)} and ${items.length - NAMED} more`;

/** A duration as it is written in the policy, and in words: `4 h (PT4H)`. */
function spanText(iso: string): string {
  const ms = durationMs(iso);
  return ms === undefined ? visible(iso) : durationText(ms);
}

const wordsOf = (verdicts: readonly Verdict[]): string =>
  verdicts.length < 2 ? verdicts.join('') : `${verdicts.slice(0, -1).join(', ')} or ${verdicts.at(-1) ?? ''}`;

function silenceText({ onSilence }: PlanStep, number: number): string {
  switch (onSilence) {
    case 'approve':
      return 'approves it: nobody has to answer';
    case 'deny':
      return 'denies it';
    case 'next':
      return `asks the people of step ${number + 1}`;
  }
}

/** When the time of a step is over, in milliseconds; undefined where the calendar cannot tell. */
function endOf(step: PlanStep, opened: number | undefined): number | undefined {
  const length = durationMs(step.timeout);
  if (opened === undefined || length === undefined) return undefined;
  try {
    return instantAfter(opened, length, step.workingTime);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function stepText(
  step: PlanStep,
  number: number,
  ends: number | undefined,
  { paint, width }: ExplanationStyle,
): string[] {
  const { approvers, excluded, reminders, workingTime, reasonFor = [], pauseForAnswer } = step;
  const people = approvers.map(({ person, via }) => visible(`${person} (${via.join(', ')})`));
  const hours =
    workingTime === undefined
      ? ''
      : `, in the working hours of ${visible(workingTime.calendar)} (${visible(workingTime.zone)})`;
  const until = ends === undefined ? '' : `: until ${timeText(new Date(ends))} if it were asked now`;
  return [
    '',
    ...wrap(`Step ${number}: the approval of ${visible(quorumInWords(step.quorum))}`, {
      width,
      others: '  ',
    }).map((line, index) => (index === 0 ? paint('bold', line) : line)),
    ...inner('asked', people.length === 0 ? 'nobody' : someOf(people), width),
    ...excluded
      .slice(0, NAMED)
      .flatMap(({ person, why }) => inner('excluded', visible(`${person} ${why}`), width)),
    ...(excluded.length > NAMED ? inner('', `and ${excluded.length - NAMED} more`, width) : []),
    ...inner('time', `${spanText(step.timeout)}${hours}${until}`, width),
    ...(reminders.length === 0
      ? []
      : inner('reminders', `after ${reminders.map(spanText).join(', ')}`, width)),
    ...inner('silence', silenceText(step, number), width),
    ...(reasonFor.length === 0 ? [] : inner('reason', `needed to ${wordsOf(reasonFor)}`, width)),
    ...(pauseForAnswer === undefined
      ? []
      : inner('question', `stops the clock for ${spanText(pauseForAnswer)} at most`, width)),
  ];
}

function planText({ route }: DecisionExplanation, style: ExplanationStyle): string[] {
  let opened: number | undefined = style.now.getTime();
  return route.plan.flatMap((step, index) => {
    const ends = endOf(step, opened);
    opened = ends;
    return stepText(step, index + 1, ends, style);
  });
}

const VERDICTS: Readonly<Record<string, readonly [Style, string]>> = {
  automation: ['green', 'Approved by automation: nobody is asked.'],
  people: ['cyan', 'People decide.'],
  deny: ['red', 'Denied: nobody is asked.'],
};

function lineText({ line, earlier }: DecisionExplanation, width: number): string[] {
  const shown = earlier.slice(0, EARLIER);
  const decides = line === undefined ? 'none is for it, so it is denied' : visible(line);
  return [
    ...paragraph('Line', decides, width),
    ...shown.flatMap(({ rule, why }) =>
      wrap(visible(`not ${rule}: ${why}`), { width, first: `${label('')}- `, others: `${label('')}  ` }),
    ),
    ...(earlier.length > shown.length ? [`${label('')}- nor ${earlier.length - shown.length} more`] : []),
  ];
}

function riskText({ risk }: DecisionExplanation): string {
  const { claimed, effective, raisedBy = [] } = risk;
  if (claimed === effective) return `${effective}, as claimed`;
  return `${effective}: raised from ${claimed} by ${someOf(raisedBy.map(visible))}`;
}

function guardrailText({ guardrails }: DecisionExplanation, { paint, width }: ExplanationStyle): string[] {
  const blocking = guardrails.filter(({ verdict }) => verdict === 'blocked');
  if (guardrails.length === 0) return paragraph('Guardrails', 'there are none', width);
  if (blocking.length === 0) return paragraph('Guardrails', 'none would block it', width);
  return blocking.flatMap(({ rule, reason }, index) =>
    paragraph(index === 0 ? 'Guardrails' : '', visible(`${rule} would block it: ${reason}`), width).map(
      (line) => paint('red', line),
    ),
  );
}

function breakGlassText({ breakGlass }: DecisionExplanation, width: number): string[] {
  if (breakGlass.length === 0) return paragraph('Break-glass', 'nobody may go ahead without them', width);
  return breakGlass.flatMap(({ rule, people, signIn }, index) =>
    paragraph(
      index === 0 ? 'Break-glass' : '',
      visible(
        `${someOf(people)} may go ahead without them, by ${rule} (${SIGN_IN_WORDS[signIn]}), reviewed afterwards`,
      ),
      width,
    ),
  );
}

const releaseWords = ({ releaseValidity, executor }: Route): string =>
  `may be used for ${spanText(releaseValidity)} after the decision${executor === undefined ? '' : `, by the executor ${executor} alone`}`;

/** Why a request would be decided as it would, for people: line, risk, every step of the plan, guardrails. */
export function explanationText(
  explanation: DecisionExplanation,
  asked: Asked,
  style: ExplanationStyle,
): string[] {
  const { paint, width } = style;
  const { route } = explanation;
  const [colour, verdict] = VERDICTS[route.decider] ?? ['bold', visible(route.decider)];
  const onBehalf = asked.onBehalfOf.length === 0 ? '' : `, for ${asked.onBehalfOf.join(', ')}`;
  return [
    ...wrap(
      visible(
        `${asked.action} in ${asked.environment}, risk ${asked.risk}, asked by ${asked.requester}${onBehalf}`,
      ),
      { width, others: '  ' },
    ).map((line) => paint('bold', line)),
    '',
    paint(colour, verdict),
    ...wrap(visible(route.explanation), { width }),
    '',
    ...paragraph('Risk', riskText(explanation), width),
    ...lineText(explanation, width),
    ...guardrailText(explanation, style),
    ...(route.decider === 'deny' ? [] : paragraph('Release', releaseWords(route), width)),
    ...(route.decider === 'people'
      ? [
          ...paragraph('Sign-in', `${SIGN_IN_WORDS[route.signIn]} is asked for (${route.signIn})`, width),
          ...breakGlassText(explanation, width),
        ]
      : []),
    ...planText(explanation, style),
  ];
}
