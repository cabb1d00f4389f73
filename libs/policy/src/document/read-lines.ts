import { pointerTo, RISK_LEVELS, type RiskLevel, type SignIn } from '@tollgate/contracts';
import { type LineMatch } from '../matrix/line-match.js';
import { type Decide, type PlacedSelector, readDecide } from './decide.js';
import { below, type Faults } from './faults.js';
import { MAX_LINES } from './is-matrix.js';
import { writtenLines, type WrittenLine } from './matrix-lines.js';
import { ANY, type OneOrMany } from './one-or-many.js';
import { MatrixLine, type PolicyDocument } from './policy-document.js';
import { type ReadCheckpoint } from './read-checkpoints.js';
import { type ReadCondition } from './read-condition.js';
import { shapeCheck } from './shape-check.js';

const checkLineShape = shapeCheck(MatrixLine);

/** How long the name of a line may be on record. */
const MAX_RULE = 200;

/** A line of the matrix, read. */
export interface ReadLine extends LineMatch {
  readonly written: WrittenLine;
  readonly decide: Decide;
  /** The selectors of the decider; pointers from the document. */
  readonly selectors: readonly PlacedSelector[];
  /** What the line itself asks for. */
  readonly signIn: SignIn | undefined;
  /** The producer's executor that alone may redeem, where the line names one. */
  readonly executor: string | undefined;
  /** The checkpoints that the line names, where people decide; the last of those tried is `default`. */
  readonly checkpoints: readonly string[];
}

/** What one property of a request may be; undefined for anything. */
export const setOf = <Value extends string>(says: OneOrMany<Value>): ReadonlySet<Value> | undefined => {
  if (says === ANY) return undefined;
  return new Set(Array.isArray(says) ? says : [says as Value]);
};

function checkShape({ pointer, line }: WrittenLine, nested: boolean, faults: Faults): boolean {
  // The decider is read by itself, which names the place of each fault.
  const shape = checkLineShape(Object.hasOwn(line, 'decide') ? { ...line, decide: 'deny' } : line, pointer);
  if (shape.ok) return true;
  // In the short form the keys are the place of every field.
  faults.add(...(nested ? shape.faults.map((fault) => ({ ...fault, pointer })) : shape.faults));
  return false;
}

function nestedFaults(matrix: object, faults: Faults): boolean {
  for (const [action, byRisk] of Object.entries(matrix)) {
    const pointer = pointerTo('/matrix', action);
    if (byRisk === null || typeof byRisk !== 'object' || Array.isArray(byRisk)) {
      faults.add({ pointer, message: 'must be deciders by risk, like { low: automation, high: cto }' });
      continue;
    }
    for (const risk of Object.keys(byRisk)) {
      if (risk !== ANY && !RISK_LEVELS.some((known) => known === risk))
        faults.add({
          pointer: pointerTo(pointer, risk),
          message: `must be one of ${RISK_LEVELS.join(', ')}, or "*" for those not named`,
        });
    }
  }
  return faults.none;
}

function checkCheckpoints(
  { pointer, line }: WrittenLine,
  decide: Decide,
  declared: ReadonlyMap<string, ReadCheckpoint>,
  faults: Faults,
): string[] {
  if (line.checkpoint === undefined) return [];
  const at = pointerTo(pointer, 'checkpoint');
  if (decide.kind !== 'people') faults.add({ pointer: at, message: 'has no effect: nobody is waited for' });
  const names = Array.isArray(line.checkpoint) ? line.checkpoint : [line.checkpoint];
  let settled: string | undefined;
  for (const [index, name] of names.entries()) {
    const place = Array.isArray(line.checkpoint) ? pointerTo(at, index) : at;
    const checkpoint = declared.get(name);
    if (checkpoint === undefined)
      faults.add({ pointer: place, message: `${name} is not declared under checkpoints` });
    else if (settled !== undefined)
      faults.add({ pointer: place, message: `is never reached: ${settled} before it has no condition` });
    else if (checkpoint.when === undefined) settled = name;
  }
  return names;
}

/** The first step of a chain of checkpoints at which silence approves; undefined where none does. */
export function approvingCheckpoint(
  start: ReadCheckpoint | undefined,
  declared: ReadonlyMap<string, ReadCheckpoint>,
): string | undefined {
  const seen = new Set<string>();
  for (let at = start; at !== undefined && !seen.has(at.name);) {
    seen.add(at.name);
    if (at.onSilence.kind === 'approve') return at.name;
    at = at.onSilence.kind === 'ask' ? declared.get(at.onSilence.checkpoint) : undefined;
  }
  return undefined;
}

const RISKY: readonly RiskLevel[] = ['high', 'critical'];

function whyNoSilentApproval({ riskLevels, environments }: LineMatch): string | undefined {
  if (RISKY.some((risk) => riskLevels?.has(risk) ?? true)) return 'high or critical risk';
  const production =
    environments === undefined || [...environments].some((name) => name.toLowerCase() === 'production');
  return production ? 'production' : undefined;
}

function checkSilence(line: ReadLine, declared: ReadonlyMap<string, ReadCheckpoint>, faults: Faults): void {
  if (line.decide.kind !== 'people') return;
  const why = whyNoSilentApproval(line);
  if (why === undefined) return;
  const { written } = line;
  for (const name of [...line.checkpoints, 'default']) {
    const approving = approvingCheckpoint(declared.get(name), declared);
    if (approving !== undefined) {
      faults.add({
        pointer:
          written.line.checkpoint === undefined ? written.decideAt : pointerTo(written.pointer, 'checkpoint'),
        message: `the silence of checkpoint ${approving} approves, and the line may match ${why}: there silence is never a yes`,
      });
      return;
    }
    if (declared.get(name)?.when === undefined) return;
  }
}

/** Reads the lines of a policy in the order in which they are tried; what is wrong with them goes to `faults`. */
export function readLines(
  policy: Pick<PolicyDocument, 'matrix'>,
  checkpoints: ReadonlyMap<string, ReadCheckpoint>,
  condition: ReadCondition,
  faults: Faults,
): ReadLine[] {
  const nested = !Array.isArray(policy.matrix);
  if (nested && !nestedFaults(policy.matrix, faults)) return [];
  const read: ReadLine[] = [];
  const written = writtenLines(policy);
  if (written.length > MAX_LINES)
    faults.add({ pointer: '/matrix', message: `has ${written.length} lines; at most ${MAX_LINES} are read` });
  for (const [index, one] of written.entries()) {
    if (faults.full) break;
    const { line, rule, pointer, decideAt } = one;
    if (rule.length > MAX_RULE)
      faults.add({
        pointer,
        message: 'the action is too long for the short form: write it as a line with an id',
      });
    if (!checkShape(one, nested, faults)) continue;
    const reading = readDecide(line.decide);
    if (!reading.ok) {
      faults.add(...below(decideAt, reading.faults));
      continue;
    }
    const { decide, selectors } = reading;
    const entry: ReadLine = {
      rule,
      index,
      actions: setOf(line.action),
      riskLevels: setOf<RiskLevel>(line.riskLevel),
      environments: setOf(line.environment),
      when: line.when === undefined ? undefined : condition(line.when, pointerTo(pointer, 'when')),
      written: one,
      decide,
      selectors: below(decideAt, selectors),
      signIn: line.signIn,
      executor: line.executor,
      checkpoints: checkCheckpoints(one, decide, checkpoints, faults),
    };
    if (line.signIn !== undefined && decide.kind !== 'people')
      faults.add({ pointer: pointerTo(pointer, 'signIn'), message: 'has no effect: nobody is asked' });
    if (line.executor !== undefined && decide.kind === 'deny')
      faults.add({ pointer: pointerTo(pointer, 'executor'), message: 'has no effect: nothing is released' });
    checkSilence(entry, checkpoints, faults);
    read.push(entry);
  }
  return read;
}
