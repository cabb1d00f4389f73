import { type DecisionMade, type Vote } from '@tollgate/contracts';
import { type CompiledPolicy, voiceOf, whoIsExcluded } from '@tollgate/policy';
import { type Distrust } from './distrust.js';

/** The votes that count for an approval; what was not approved is let through by nobody. */
export const countedVotes = ({ decision }: DecisionMade): Vote[] =>
  decision.outcome === 'approved' ? decision.votes.filter(({ counted }) => counted) : [];

/** Who broke the glass for an approval; undefined where nobody did. */
export const glassBreaker = ({ request, decision }: DecisionMade): string | undefined =>
  decision.outcome === 'approved' && decision.decidedBy === 'break-glass'
    ? request.breakGlass?.person
    : undefined;

/**
 * Whether whoever broke the glass was active when it was decided; that they may, and are known as surely as it takes, is part
 * of the route.
 */
export function distrustGlassBreaker(
  data: DecisionMade,
  { activeUntil }: Pick<VoterFacts, 'activeUntil'>,
): Distrust | undefined {
  const person = glassBreaker(data);
  return person !== undefined && Date.parse(data.decision.decidedAt) > activeUntil(person)
    ? { why: 'inactive', detail: `the glass is broken by ${person}, who was not active then` }
    : undefined;
}

/** By what voters are checked. */
export interface VoterFacts {
  /** The revision of the decision. */
  readonly ruling: CompiledPolicy;
  /** Until when somebody was active, in milliseconds since 1970; `Infinity` where they are, `-Infinity` where they never were. */
  readonly activeUntil: (person: string) => number;
}

/**
 * Whether everybody whose vote counts might vote: not excluded by what the revision of the decision knows of who asks, and
 * active when they voted. What was said before somebody left goes on counting, as the notifier has it.
 */
export function distrustVoters(
  data: DecisionMade,
  { ruling, activeUntil }: VoterFacts,
): Distrust | undefined {
  const votes = countedVotes(data);
  if (votes.length === 0) return undefined;
  const excluded = whoIsExcluded(ruling, data);
  for (const vote of votes) {
    for (const person of new Set([vote.person, voiceOf(vote)])) {
      const why = excluded.get(person);
      if (why !== undefined)
        return { why: 'excluded', detail: `a vote of ${vote.person} is counted, and ${person} ${why}` };
    }
    if (Date.parse(vote.at) > activeUntil(vote.person))
      return { why: 'inactive', detail: `a vote is counted of ${vote.person}, who was not active then` };
  }
  return undefined;
}
