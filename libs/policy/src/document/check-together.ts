import { type Approver, MAX_QUESTIONS, pointerTo, type QuorumExpression } from '@tollgate/contracts';
import { withSignOffs } from '../guardrail/with-sign-offs.js';
import { canBeMet } from '../quorum/can-be-met.js';
import { quorumInWords } from '../quorum/quorum-words.js';
import { workingTimeFault } from '../working-time/working-time-fault.js';
import { type ReadPolicy } from './check-policy.js';
import { type PlacedSelector } from './decide.js';
import { type DirectoryDocument } from './directory-document.js';
import { type DocumentFault } from './document-fault.js';
import { durationMs } from './duration.js';
import { Faults } from './faults.js';
import { type ElectorateOf, electoratesOf } from './electorates.js';

/** The most people that one step may ask. */
export const MAX_APPROVERS = 200;

/** A place where people are asked: a line, an escalation, a sign-off, or a review. */
export interface AskingPlace {
  readonly quorum: QuorumExpression;
  readonly selectors: readonly PlacedSelector[];
  readonly pointer: string;
}

/** Every place of a policy where people are asked: those of the lines, then the escalations, the sign-offs, the reviews. */
export function askingPlaces({ lines, checkpoints, guardrails, breakGlass }: ReadPolicy): AskingPlace[] {
  const places: AskingPlace[] = [];
  for (const { decide, selectors, written } of lines)
    if (decide.kind === 'people')
      places.push({ quorum: decide.quorum, selectors, pointer: written.decideAt });
  for (const { pointer, onSilence } of checkpoints.values())
    if (onSilence.kind === 'ask')
      places.push({
        quorum: onSilence.decide.quorum,
        selectors: onSilence.selectors,
        pointer: pointerTo(pointer, 'onSilence', 'ask'),
      });
  for (const { rule, pointer, signers } of guardrails)
    if (rule.kind === 'sign-off')
      places.push({
        quorum: withSignOffs(undefined, [rule]),
        selectors: signers,
        pointer: pointerTo(pointer, 'from'),
      });
  for (const { review, pointer } of breakGlass)
    places.push({
      quorum: review.quorum,
      selectors: review.selectors,
      pointer: pointerTo(pointer, 'review', 'decide'),
    });
  return places;
}

const checkSelectors = (
  { selectors }: Pick<AskingPlace, 'selectors'>,
  people: ReadonlyMap<string, unknown>,
): DocumentFault[] =>
  selectors.flatMap(({ selector, pointer }) => {
    if (people.has(selector)) return [];
    const colon = selector.indexOf(':');
    return [
      {
        pointer,
        message: `unknown ${selector.slice(0, colon)}: the directory has no ${selector.slice(colon + 1)}`,
      },
    ];
  });

function checkElectorate(
  { quorum, pointer: whole, selectors }: AskingPlace,
  approvers: readonly Approver[],
): DocumentFault[] {
  const [only, ...others] = selectors;
  const pointer = only !== undefined && others.length === 0 ? only.pointer : whole;
  if (approvers.length > MAX_APPROVERS)
    return [
      { pointer, message: `stands for ${approvers.length} people; a step asks at most ${MAX_APPROVERS}` },
    ];
  if (canBeMet(quorum, approvers)) return [];
  const has =
    approvers.length === 0 ? 'nobody' : approvers.length === 1 ? 'one person' : `${approvers.length} people`;
  return [
    {
      pointer,
      message: `can never be met: it needs ${quorumInWords(quorum)}, and the directory has ${has} for it`,
    },
  ];
}

function checkCalendars(
  { checkpoints }: ReadPolicy,
  { calendars = {} }: DirectoryDocument,
  faults: Faults,
): void {
  for (const { pointer, calendar, timeout, pauseForAnswer } of checkpoints.values()) {
    if (calendar === undefined) continue;
    const known = Object.hasOwn(calendars, calendar) ? calendars[calendar] : undefined;
    if (known === undefined) {
      faults.add({
        pointer: pointerTo(pointer, 'calendar'),
        message: `unknown calendar: the directory has no ${calendar}`,
      });
      continue;
    }
    const { zone, week, holidays = [] } = known;
    const message = workingTimeFault({ calendar, zone, week, holidays }, durationMs(timeout) ?? 0);
    if (message !== undefined) faults.add({ pointer: pointerTo(pointer, 'timeout'), message });
    const pauses = MAX_QUESTIONS * (durationMs(pauseForAnswer ?? '') ?? 0);
    const tooLong =
      message === undefined && pauses > 0
        ? workingTimeFault({ calendar, zone, week, holidays }, (durationMs(timeout) ?? 0) + pauses)
        : undefined;
    if (tooLong !== undefined)
      faults.add({
        pointer: pointerTo(pointer, 'pauseForAnswer'),
        message: `${tooLong}, with as many pauses as there may be (${MAX_QUESTIONS})`,
      });
  }
}

/**
 * What is wrong with a policy in view of a directory, each by itself in order: pointers are into the policy. Whether somebody is
 * active makes no difference here, so that nobody's deactivation is ever refused.
 */
export function checkTogether(
  policy: ReadPolicy,
  directory: DirectoryDocument,
  electorateOf: ElectorateOf = electoratesOf(directory),
): DocumentFault[] {
  const faults = new Faults();
  const judged = new Map<string, DocumentFault[]>();
  for (const place of askingPlaces(policy)) {
    if (faults.full) break;
    const key = JSON.stringify(place.quorum);
    let found = judged.get(key);
    if (found === undefined) {
      const unknown = checkSelectors(place, electorateOf.people);
      found = unknown.length > 0 ? unknown : checkElectorate(place, electorateOf(place.quorum).all);
      // Faults have places of their own: only what has none is not looked at again.
      if (found.length === 0) judged.set(key, found);
    }
    faults.add(...found);
  }
  for (const { overriders } of policy.guardrails)
    faults.add(...checkSelectors({ selectors: overriders }, electorateOf.people));
  for (const { breakers } of policy.breakGlass)
    faults.add(...checkSelectors({ selectors: breakers }, electorateOf.people));
  checkCalendars(policy, directory, faults);
  return faults.list();
}
