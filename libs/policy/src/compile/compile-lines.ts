import { type QuorumExpression, type WorkingTime } from '@tollgate/contracts';
import { type ReadPolicy } from '../document/check-policy.js';
import { type DirectoryDocument } from '../document/directory-document.js';
import { type ElectorateOf } from '../document/electorates.js';
import { type ReadCheckpoint } from '../document/read-checkpoints.js';
import { type CompiledBreakGlass } from '../break-glass/compiled-break-glass.js';
import { type ReadBreakGlass } from '../document/read-break-glass.js';
import { type ReadLine } from '../document/read-lines.js';
import { canBeMet } from '../quorum/can-be-met.js';
import {
  type CompiledCheckpoint,
  type CompiledClock,
  type CompiledDecide,
  type CompiledLine,
  type CompiledStep,
  type Electorate,
} from './compiled-policy.js';

/** How many electorates are kept; what falls out is found again. */
const MAX_KEPT = 20_000;

/** Compiles the lines of a checked policy; what several lines share is made once. */
class LineCompiler {
  readonly #policy: ReadPolicy;
  readonly #directory: DirectoryDocument;
  readonly #electorateOf: ElectorateOf;
  readonly #electorates = new Map<string, Electorate>();
  readonly #checkpoints = new Map<string, CompiledCheckpoint>();
  readonly #calendars = new Map<string, WorkingTime>();

  constructor(policy: ReadPolicy, directory: DirectoryDocument, electorateOf: ElectorateOf) {
    this.#policy = policy;
    this.#directory = directory;
    this.#electorateOf = electorateOf;
  }

  line({ written: _written, checkpoints, decide, ...match }: ReadLine): CompiledLine {
    return { ...match, decide: this.#decide(decide, checkpoints) };
  }

  breakGlass({ id, who, match, signIn, review }: ReadBreakGlass): CompiledBreakGlass {
    const { quorum, checkpoint } = review;
    return {
      ...match,
      id,
      who,
      signIn,
      review: { electorate: this.electorate(quorum), checkpoint: this.checkpoint(checkpoint) },
    };
  }

  #decide(decide: ReadLine['decide'], names: readonly string[]): CompiledDecide {
    if (decide.kind !== 'people') return decide;
    const checkpoints: CompiledCheckpoint[] = [];
    for (const name of [...names, 'default']) {
      const checkpoint = this.checkpoint(name);
      checkpoints.push(checkpoint);
      if (checkpoint.when === undefined) break;
    }
    return { kind: 'people', electorate: this.electorate(decide.quorum), checkpoints };
  }

  electorate(quorum: QuorumExpression): Electorate {
    const key = JSON.stringify(quorum);
    let electorate = this.#electorates.get(key);
    if (electorate === undefined) {
      const { all, active } = this.#electorateOf(quorum);
      const isActive = new Set(active);
      electorate = {
        quorum,
        active,
        inactive: all.filter((approver) => !isActive.has(approver)),
        people: new Set(all.map(({ person }) => person)),
        canBeMet: canBeMet(quorum, active),
      };
      // Quorums that sign-offs join are made as requests come.
      if (this.#electorates.size >= MAX_KEPT) this.#electorates.clear();
      this.#electorates.set(key, electorate);
    }
    return electorate;
  }

  #read(name: string): ReadCheckpoint {
    const read = this.#policy.checkpoints.get(name);
    if (read === undefined) throw new Error(`checkpoint ${name} was checked and is missing`);
    return read;
  }

  #workingTime(calendar: string | undefined): WorkingTime | undefined {
    if (calendar === undefined) return undefined;
    const known = this.#calendars.get(calendar);
    if (known !== undefined) return known;
    const declared = this.#directory.calendars?.[calendar];
    if (declared === undefined) throw new Error(`calendar ${calendar} was checked and is missing`);
    const { zone, week, holidays = [] } = declared;
    const workingTime = { calendar, zone, week, holidays };
    this.#calendars.set(calendar, workingTime);
    return workingTime;
  }

  #clock(read: ReadCheckpoint): CompiledClock {
    const { timeout, reminders, onSilence, calendar, reasonFor, pauseForAnswer } = read;
    return {
      timeout,
      reminders,
      onSilence: onSilence.kind === 'ask' ? 'next' : onSilence.kind,
      workingTime: this.#workingTime(calendar),
      reasonFor,
      pauseForAnswer,
    };
  }

  #escalation(from: ReadCheckpoint): CompiledStep[] {
    const steps: CompiledStep[] = [];
    for (let at = from; at.onSilence.kind === 'ask';) {
      const { decide, checkpoint } = at.onSilence;
      at = this.#read(checkpoint);
      steps.push({ ...this.#clock(at), electorate: this.electorate(decide.quorum) });
    }
    return steps;
  }

  checkpoint(name: string): CompiledCheckpoint {
    const known = this.#checkpoints.get(name);
    if (known !== undefined) return known;
    const read = this.#read(name);
    const checkpoint = {
      name,
      when: read.when,
      clock: this.#clock(read),
      escalation: this.#escalation(read),
      validity: read.validity ?? this.#policy.document.releaseValidity,
    };
    this.#checkpoints.set(name, checkpoint);
    return checkpoint;
  }
}

/** What {@link compileLines} makes of a policy. */
export interface CompiledLines {
  readonly lines: readonly CompiledLine[];
  readonly electorateOf: (quorum: QuorumExpression) => Electorate;
  readonly defaultCheckpoint: CompiledCheckpoint;
  readonly breakGlass: readonly CompiledBreakGlass[];
}

/** The lines of a policy that was checked together with the directory, ready to be asked, and what they share. */
export function compileLines(
  policy: ReadPolicy,
  directory: DirectoryDocument,
  electorateOf: ElectorateOf,
): CompiledLines {
  const compiler = new LineCompiler(policy, directory, electorateOf);
  return {
    lines: policy.lines.map((line) => compiler.line(line)),
    electorateOf: (quorum) => compiler.electorate(quorum),
    defaultCheckpoint: compiler.checkpoint('default'),
    breakGlass: policy.breakGlass.map((rule) => compiler.breakGlass(rule)),
  };
}
