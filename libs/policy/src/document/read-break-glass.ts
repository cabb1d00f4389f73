import { pointerTo, type QuorumExpression, type Selector } from '@tollgate/contracts';
import { type LineMatch } from '../matrix/line-match.js';
import { DecideReader, type PlacedSelector } from './decide-reader.js';
import { readDecide } from './decide.js';
import { below, type Faults } from './faults.js';
import { type BreakGlassRule, type BreakGlassSignIn, type PolicyDocument } from './policy-document.js';
import { type ReadCheckpoint } from './read-checkpoints.js';
import { type ReadCondition } from './read-condition.js';
import { approvingCheckpoint, setOf } from './read-lines.js';

/** A rule that says who may break the glass, read. */
export interface ReadBreakGlass {
  readonly id: string;
  /** JSON pointer into the document. */
  readonly pointer: string;
  readonly who: readonly Selector[];
  /** The selectors of `who`; pointers from the document. */
  readonly breakers: readonly PlacedSelector[];
  /** For which requests. */
  readonly match: Pick<LineMatch, 'actions' | 'riskLevels' | 'environments' | 'when'>;
  readonly signIn: BreakGlassSignIn;
  readonly review: {
    readonly quorum: QuorumExpression;
    readonly selectors: readonly PlacedSelector[];
    readonly checkpoint: string;
  };
}

function checkReview(
  { review: { checkpoint: name } }: BreakGlassRule,
  at: string,
  declared: ReadonlyMap<string, ReadCheckpoint>,
  faults: Faults,
): void {
  const pointer = pointerTo(at, 'checkpoint');
  const checkpoint = declared.get(name);
  if (checkpoint === undefined) {
    faults.add({ pointer, message: `${name} is not declared under checkpoints` });
    return;
  }
  if (checkpoint.when !== undefined)
    faults.add({
      pointer,
      message: `${name} has a condition, which a review does not ask: name one without`,
    });
  const approving = approvingCheckpoint(checkpoint, declared);
  if (approving !== undefined)
    faults.add({
      pointer,
      message: `the silence of checkpoint ${approving} approves: the silence of a review only ever asks on`,
    });
}

/** Reads who may break the glass; what is wrong with it goes to `faults`. */
export function readBreakGlass(
  { breakGlass = [] }: Pick<PolicyDocument, 'breakGlass'>,
  checkpoints: ReadonlyMap<string, ReadCheckpoint>,
  condition: ReadCondition,
  faults: Faults,
): ReadBreakGlass[] {
  return breakGlass.flatMap((rule, index) => {
    if (faults.full) return [];
    const { id, who, action, riskLevel, environment, when, signIn, review } = rule;
    const pointer = pointerTo('/breakGlass', index);
    const reader = new DecideReader();
    const selectors = reader.selectorList(who, '');
    const reviewAt = pointerTo(pointer, 'review');
    const decideAt = pointerTo(reviewAt, 'decide');
    checkReview(rule, reviewAt, checkpoints, faults);
    const reading = readDecide(review.decide);
    if (!reading.ok) {
      faults.add(...below(decideAt, reading.faults));
      return [];
    }
    if (reading.decide.kind !== 'people') {
      faults.add({ pointer: decideAt, message: 'must be people: somebody looks at it afterwards' });
      return [];
    }
    return [
      {
        id,
        pointer,
        who: [...new Set(selectors)],
        breakers: below(pointerTo(pointer, 'who'), reader.selectors),
        match: {
          actions: setOf(action),
          riskLevels: setOf(riskLevel),
          environments: setOf(environment),
          when: when === undefined ? undefined : condition(when, pointerTo(pointer, 'when')),
        },
        signIn,
        review: {
          quorum: reading.decide.quorum,
          selectors: below(decideAt, reading.selectors),
          checkpoint: review.checkpoint,
        },
      },
    ];
  });
}
