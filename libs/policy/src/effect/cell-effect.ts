import { type SignIn } from '@tollgate/contracts';
import {
  type CompiledDecide,
  type CompiledLine,
  type CompiledPolicy,
  type Electorate,
} from '../compile/compiled-policy.js';
import { type CellView } from '../matrix/deciders.js';
import { signInOf, signInRank } from '../route/sign-in-of.js';

/** `widened`: more is possible than before, or more people may allow it; `narrowed`: less; `changed`: cannot be told. */
export type CellEffect = 'widened' | 'narrowed' | 'changed';

/** A cell as one of two policies decides it. */
export interface DecidedCell {
  readonly cell: CellView<CompiledLine>;
  /** Of the policy. */
  readonly signIn: CompiledPolicy['signIn'];
}

/** How surely those who decide must be known, for each line that may decide a cell; undefined where nobody is asked. */
export const signInsOf = ({ cell: { candidates, riskLevel }, signIn }: DecidedCell): (SignIn | undefined)[] =>
  candidates.map(({ line }) =>
    line.decide.kind === 'people' ? signInOf({ signIn }, line, riskLevel) : undefined,
  );

/** The active people whom a quorum asks, in order of their ids. */
export const peopleOf = ({ active }: Electorate): string[] => active.map(({ person }) => person).toSorted();

/** All that tells who decides, how surely they are known, and what their silence means; equal for cells decided alike. */
export class Signatures {
  readonly #electorates = new Map<Electorate, string>();
  readonly #lines = new Map<CompiledLine, string>();

  #electorate(electorate: Electorate): string {
    let known = this.#electorates.get(electorate);
    if (known === undefined) {
      known = JSON.stringify([
        electorate.quorum,
        electorate.active.map(({ person, via }) => [person, ...via]).toSorted(),
      ]);
      this.#electorates.set(electorate, known);
    }
    return known;
  }

  /** What silence means at each checkpoint, and who is asked next. */
  silence({ checkpoints }: CompiledDecide & { kind: 'people' }): string {
    return JSON.stringify(
      checkpoints.map(({ when, clock, escalation }) => [
        when?.text,
        clock.onSilence,
        escalation.map((step) => [this.#electorate(step.electorate), step.onSilence]),
      ]),
    );
  }

  /** All of a line but its sign-in. */
  line(line: CompiledLine): string {
    let known = this.#lines.get(line);
    if (known === undefined) {
      const { decide } = line;
      known = JSON.stringify([
        line.executor,
        ...(decide.kind === 'people'
          ? [this.#electorate(decide.electorate), this.silence(decide)]
          : [decide.kind]),
      ]);
      this.#lines.set(line, known);
    }
    return known;
  }

  of(decided: DecidedCell): string {
    const { candidates, closed } = decided.cell;
    return JSON.stringify([
      closed,
      signInsOf(decided),
      candidates.map(({ line, conditional }) => [conditional ? line.when?.text : null, this.line(line)]),
    ]);
  }
}

/** The line that surely decides, where nothing else may. */
const settledBy = ({ candidates, closed }: CellView<CompiledLine>): CompiledLine | 'gap' | undefined => {
  const [first, ...others] = candidates;
  if (first === undefined) return 'gap';
  return closed && others.length === 0 ? first.line : undefined;
};

const LENIENCE = { gap: 0, deny: 0, people: 1, automation: 2 } as const;

const approvesSilently = ({ checkpoints }: CompiledDecide & { kind: 'people' }): boolean =>
  checkpoints.some(
    ({ clock, escalation }) =>
      clock.onSilence === 'approve' || escalation.some(({ onSilence }) => onSilence === 'approve'),
  );

/** What becomes of who may allow it, where people decide before and after. */
function peopleEffect(
  was: CompiledDecide & { kind: 'people' },
  is: CompiledDecide & { kind: 'people' },
  signatures: Signatures,
): CellEffect {
  if (approvesSilently(was) !== approvesSilently(is)) return approvesSilently(is) ? 'widened' : 'narrowed';
  if (signatures.silence(was) !== signatures.silence(is)) return 'changed';
  const [one, other] = [was.electorate, is.electorate];
  // More people mean more ways to allow it only where the quorum asks for one of them.
  if (one.quorum.kind !== 'one' || other.quorum.kind !== 'one') return 'changed';
  const [had, has] = [new Set(peopleOf(one)), new Set(peopleOf(other))];
  if (had.size === has.size) return 'changed';
  if ([...had].every((person) => has.has(person))) return 'widened';
  return [...has].every((person) => had.has(person)) ? 'narrowed' : 'changed';
}

/** What becomes of a cell that is decided otherwise. */
export function effectOf(before: DecidedCell, after: DecidedCell, signatures: Signatures): CellEffect {
  const was = settledBy(before.cell);
  const is = settledBy(after.cell);
  if (was === undefined || is === undefined) return 'changed';
  const difference =
    LENIENCE[is === 'gap' ? is : is.decide.kind] - LENIENCE[was === 'gap' ? was : was.decide.kind];
  if (difference !== 0) return difference > 0 ? 'widened' : 'narrowed';
  if (was === 'gap' || is === 'gap' || was.decide.kind !== 'people' || is.decide.kind !== 'people')
    return 'changed';
  if (was.executor !== is.executor) return 'changed';
  const { riskLevel } = before.cell;
  const surer = signInRank(signInOf(after, is, riskLevel)) - signInRank(signInOf(before, was, riskLevel));
  const effects = new Set<CellEffect>();
  // Whoever need be known less surely may be imitated: that allows more.
  if (surer !== 0) effects.add(surer < 0 ? 'widened' : 'narrowed');
  if (signatures.line(was) !== signatures.line(is))
    effects.add(peopleEffect(was.decide, is.decide, signatures));
  const [only, ...others] = effects;
  return only === undefined || others.length > 0 ? 'changed' : only;
}
