import { type CompiledCheckpoint, type CompiledLine } from '../compile/compiled-policy.js';
import { type CellView } from '../matrix/deciders.js';
import { quorumInWords, shortened } from '../quorum/quorum-words.js';

/** How much of a condition is shown, in characters. */
const SHOWN = 120;

/** What happens where no line matches. */
export const GAP = 'denied: no line is for it';

/** Who decides by a line, and who then redeems where that is not the producer, in words. */
export const deciderInWords = (line: CompiledLine): string =>
  line.executor === undefined ? whoDecides(line) : `${whoDecides(line)}, to be redeemed by ${line.executor}`;

function whoDecides({ decide }: CompiledLine): string {
  switch (decide.kind) {
    case 'automation':
      return 'automation';
    case 'deny':
      return 'denied';
    case 'people':
      return quorumInWords(decide.electorate.quorum);
  }
}

/** Who decides a cell, in words; every way it may go. */
export function cellInWords({ candidates, closed }: CellView<CompiledLine>): string {
  const ways = candidates.map(({ line, conditional }, index) => {
    const decider = deciderInWords(line);
    if (conditional) return `if ${shortened(line.when?.text.trim() ?? '', SHOWN)}: ${decider}`;
    return index === 0 ? decider : `otherwise ${decider}`;
  });
  if (candidates.length === 0) return GAP;
  return (closed ? ways : [...ways, `otherwise ${GAP}`]).join('; ');
}

/** What the silence of everybody who is asked comes to, in words. */
export function silenceInWords({ clock, escalation }: CompiledCheckpoint): string {
  const end = (escalation.at(-1) ?? clock).onSilence === 'approve' ? 'approved' : 'denied';
  const asked = escalation.map(
    ({ electorate, timeout }) => `${quorumInWords(electorate.quorum)} for ${timeout}`,
  );
  return [...asked, end].join(', then ');
}

/** The checkpoint of a line that has no condition. */
export const plainCheckpoint = ({ decide }: CompiledLine): CompiledCheckpoint | undefined =>
  decide.kind === 'people' ? decide.checkpoints.at(-1) : undefined;
