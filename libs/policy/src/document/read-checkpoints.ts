import { NAME_PATTERN, pointerTo, type Verdict } from '@tollgate/contracts';
import { type Condition } from '../conditions/condition.js';
import { type Decide, type PlacedSelector, readDecide } from './decide.js';
import { durationMs } from './duration.js';
import { below, type Faults } from './faults.js';
import { Checkpoint, Escalation, type PolicyDocument } from './policy-document.js';
import { type ReadCondition } from './read-condition.js';
import { shapeCheck } from './shape-check.js';

const checkCheckpointShape = shapeCheck(Checkpoint);
const checkEscalationShape = shapeCheck(Escalation);

/** The most steps of a plan: the people of the line, and everybody asked when those before stay silent. */
export const MAX_STEPS = 20;

export const BAD_DURATION =
  'must be an ISO 8601 duration of days, hours, minutes and seconds, like PT4H, of at most 366 days';

/** The longest that the clock may stand for an answer, in milliseconds. */
const LONGEST_PAUSE_MS = 30 * 24 * 60 * 60 * 1000;
const BAD_PAUSE =
  'must be an ISO 8601 duration of days, hours, minutes and seconds, like PT4H, of at most 30 days';

/** What silence means, read. */
export type ReadSilence =
  | { readonly kind: 'deny' | 'approve' }
  | {
      readonly kind: 'ask';
      readonly decide: Decide & { kind: 'people' };
      /** Pointers from the document. */
      readonly selectors: readonly PlacedSelector[];
      readonly checkpoint: string;
    };

/** A checkpoint, read. */
export interface ReadCheckpoint {
  readonly name: string;
  readonly pointer: string;
  readonly when: Condition | undefined;
  readonly timeout: string;
  readonly reminders: readonly string[];
  readonly calendar: string | undefined;
  readonly onSilence: ReadSilence;
  readonly validity: string | undefined;
  readonly reasonFor: readonly Verdict[];
  readonly pauseForAnswer: string | undefined;
}

function checkTimes(checkpoint: Checkpoint, pointer: string, faults: Faults): void {
  const timeout = durationMs(checkpoint.timeout);
  if (timeout === undefined) faults.add({ pointer: pointerTo(pointer, 'timeout'), message: BAD_DURATION });
  if (checkpoint.validity !== undefined && durationMs(checkpoint.validity) === undefined)
    faults.add({ pointer: pointerTo(pointer, 'validity'), message: BAD_DURATION });
  const pause = checkpoint.pauseForAnswer;
  if (pause !== undefined && (durationMs(pause) ?? Infinity) > LONGEST_PAUSE_MS)
    faults.add({ pointer: pointerTo(pointer, 'pauseForAnswer'), message: BAD_PAUSE });
  for (const [index, reminder] of (checkpoint.reminders ?? []).entries()) {
    const at = pointerTo(pointer, 'reminders', index);
    const after = durationMs(reminder);
    if (after === undefined) faults.add({ pointer: at, message: BAD_DURATION });
    else if (timeout !== undefined && after >= timeout)
      faults.add({ pointer: at, message: 'must be before the timeout' });
  }
}

function readSilence(
  onSilence: Checkpoint['onSilence'],
  pointer: string,
  checkpoints: Record<string, unknown>,
  faults: Faults,
): ReadSilence | undefined {
  if (onSilence === 'deny' || onSilence === 'approve') return { kind: onSilence };
  const shape = checkEscalationShape(
    { ...onSilence, ...('ask' in onSilence ? { ask: 'deny' } : {}) },
    pointer,
  );
  if (!shape.ok) {
    faults.add(...shape.faults);
    return undefined;
  }
  const { ask } = onSilence;
  const { checkpoint } = shape.value;
  const askAt = pointerTo(pointer, 'ask');
  const reading = readDecide(ask);
  if (!reading.ok) faults.add(...below(askAt, reading.faults));
  else if (reading.decide.kind !== 'people')
    faults.add({
      pointer: askAt,
      message: `must be people; where silence is to be ${reading.decide.kind === 'deny' ? 'a no, say onSilence: deny' : 'a yes, say onSilence: approve'}`,
    });
  if (!Object.hasOwn(checkpoints, checkpoint)) {
    faults.add({
      pointer: pointerTo(pointer, 'checkpoint'),
      message: `${checkpoint} is not declared under checkpoints`,
    });
    return undefined;
  }
  if (!reading.ok || reading.decide.kind !== 'people') return undefined;
  return { kind: 'ask', decide: reading.decide, selectors: below(askAt, reading.selectors), checkpoint };
}

function checkChains(checkpoints: ReadonlyMap<string, ReadCheckpoint>, faults: Faults): void {
  const looping = new Set<string>();
  for (const start of checkpoints.values()) {
    const path = [start.name];
    let at: ReadCheckpoint | undefined = start;
    while (at?.onSilence.kind === 'ask' && path.length <= MAX_STEPS) {
      const next: string = at.onSilence.checkpoint;
      const pointer = pointerTo(at.pointer, 'onSilence', 'checkpoint');
      if (path.includes(next)) {
        const loop = path.slice(path.indexOf(next));
        if (!loop.some((name) => looping.has(name)))
          faults.add({ pointer, message: `the escalation never ends: ${[...loop, next].join(' → ')}` });
        for (const name of loop) looping.add(name);
        break;
      }
      path.push(next);
      at = checkpoints.get(next);
    }
    if (path.length > MAX_STEPS)
      faults.add({
        pointer: pointerTo(start.pointer, 'onSilence'),
        message: `the escalation has more than ${MAX_STEPS} steps`,
      });
  }
}

function checkEscalated(checkpoints: ReadonlyMap<string, ReadCheckpoint>, faults: Faults): void {
  for (const { pointer, onSilence } of checkpoints.values()) {
    if (onSilence.kind === 'ask' && checkpoints.get(onSilence.checkpoint)?.when !== undefined)
      faults.add({
        pointer: pointerTo(pointer, 'onSilence', 'checkpoint'),
        message: `${onSilence.checkpoint} has a condition, which an escalation does not ask: name one without`,
      });
  }
}

/** Reads the checkpoints of a policy, by name; what is wrong with them goes to `faults`. */
export function readCheckpoints(
  policy: Pick<PolicyDocument, 'checkpoints'>,
  condition: ReadCondition,
  faults: Faults,
): Map<string, ReadCheckpoint> {
  const read = new Map<string, ReadCheckpoint>();
  for (const [name, value] of Object.entries(policy.checkpoints)) {
    if (faults.full) break;
    const pointer = pointerTo('/checkpoints', name);
    if (!NAME_PATTERN.test(name)) {
      faults.add({ pointer, message: 'is not a name' });
      continue;
    }
    const shape = checkCheckpointShape(value, pointer);
    if (!shape.ok) {
      faults.add(...shape.faults);
      continue;
    }
    const { when, timeout, reminders = [], calendar, validity, reasonFor = [], pauseForAnswer } = shape.value;
    checkTimes(shape.value, pointer, faults);
    if (name === 'default' && when !== undefined)
      faults.add({
        pointer: pointerTo(pointer, 'when'),
        message: 'default holds where no other checkpoint does, so it has no condition',
      });
    const onSilence = readSilence(
      shape.value.onSilence,
      pointerTo(pointer, 'onSilence'),
      policy.checkpoints,
      faults,
    );
    read.set(name, {
      name,
      pointer,
      when: when === undefined ? undefined : condition(when, pointerTo(pointer, 'when')),
      timeout,
      reminders,
      calendar,
      onSilence: onSilence ?? { kind: 'deny' },
      validity,
      reasonFor,
      pauseForAnswer,
    });
  }
  if (!Object.hasOwn(policy.checkpoints, 'default'))
    faults.add({ pointer: '/checkpoints', message: 'default is missing' });
  checkChains(read, faults);
  checkEscalated(read, faults);
  return read;
}
