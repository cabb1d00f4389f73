import { type Approver, type QuorumExpression } from '@tollgate/contracts';
import { type CastBallot, lastVerdicts, speakersOf } from './cast-ballot.js';
import { isSelector } from './quorum-form.js';
import { names, peopleInWords } from './quorum-words.js';

/**
 * The short way for the quorum that most lines have: one approval via one selector. It says what `evaluateQuorum` says
 * of the same quorum, without laying it out, since every vote of the main road comes by here.
 * @returns undefined for every other quorum, for one with a fault, and where nobody may approve
 */
export function evaluateOne(
  quorum: QuorumExpression,
  approvers: readonly Approver[],
  votes: readonly CastBallot[],
) {
  if (quorum === null || quorum.kind !== 'one') return undefined;
  if (!isSelector(quorum.from) || Object.keys(quorum).length !== 2) return undefined;
  const eligible = new Set<string>();
  for (const { person, via } of approvers) if (via.includes(quorum.from)) eligible.add(person);
  if (eligible.size === 0) return undefined;
  const mayVote = [...eligible];
  const last = lastVerdicts(votes);
  const deniers = mayVote.filter((person) => last.get(person) === 'deny');
  if (deniers.length > 0)
    return {
      state: 'denied',
      reason: `Denied by ${names(deniers.map(speakersOf(votes)))}.`,
      mayVote,
      missing: '',
    } as const;
  const approving = mayVote.filter((person) => last.get(person) === 'approve');
  if (approving.length > 0)
    return {
      state: 'approved',
      reason: `Approved by ${names(approving.map(speakersOf(votes)))}.`,
      mayVote,
      missing: '',
    } as const;
  const missing = peopleInWords(1, [quorum.from]);
  return { state: 'open', reason: `Waiting for ${missing}.`, mayVote, missing } as const;
}
