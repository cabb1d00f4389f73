import { type Approver, type QuorumExpression } from '@tollgate/contracts';
import { begunSlots } from './begun.js';
import { electorateOf, headsOf, votersWith } from './electorate.js';
import { evaluateOne } from './evaluate-one.js';
import { isMet } from './is-met.js';
import { missingInWords } from './missing-words.js';
import { type Slots } from './quorum-parts.js';
import { inWords, names, quorumInWords } from './quorum-words.js';
import { readQuorum } from './read-quorum.js';
import { type CastBallot, lastVerdicts, speakersOf } from './cast-ballot.js';

/** Where a step stands, and why, in one sentence for people. */
export interface QuorumResult {
  readonly state: 'open' | 'approved' | 'denied';
  readonly reason: string;
  /** Whose vote counts by now, in the order of the approvers: those of every stage that has begun. */
  readonly mayVote: readonly string[];
  /** Whose approval is missing, in words, by the shortest way; empty where it is decided. */
  readonly missing: string;
}

const NOBODY: ReadonlySet<string> = new Set();
/**
 * Where a step stands by the votes so far. What each node means: docs/design/quorums.md.
 *
 * A delegate speaks with the voice of the approver whom they stand for ({@link heardOf}); whoever may vote is given as
 * approvers, whoever speaks for them.
 *
 * Denied: a veto, as many denials as end it (one, unless the quorum says otherwise), or no choice of approvers could
 * meet it any more. Approved: distinct approving people meet it. Open otherwise. Only the last vote of each person
 * counts, so the order in which different people vote makes no difference; a denial by somebody whose stage has not
 * begun bears on nothing yet.
 * @param approvers of the step, also those who cannot vote any more: a majority is over half of all of them
 * @param votes of the step, in the order in which each person cast theirs
 * @param gone people who can cast no vote any more; what they cast stays
 * @throws UnknownQuorumError for a quorum that this version does not know, or that is beyond its limits
 */
export function evaluateQuorum(
  quorum: QuorumExpression,
  approvers: readonly Approver[],
  votes: readonly CastBallot[],
  gone: ReadonlySet<string> = NOBODY,
): QuorumResult {
  const short = gone.size === 0 ? evaluateOne(quorum, approvers, votes) : undefined;
  if (short !== undefined) return short;
  const known = readQuorum(quorum);
  const electorate = electorateOf(known, approvers);
  const last = lastVerdicts(votes);
  const approving = headsOf(electorate, (person) => last.get(person) === 'approve');
  const begun = begunSlots(known.root, electorate, approving, known.stagePlans);
  const mayVote = votersWith(electorate, begun);
  const spoken = (voices: readonly string[]): string => names(voices.map(speakersOf(votes)));
  const denied = (reason: string): QuorumResult => ({ state: 'denied', reason, mayVote, missing: '' });

  const deniers = mayVote.filter((person) => last.get(person) === 'deny');
  const vetoed: Slots = { lo: known.vetoes.lo & begun.lo, hi: known.vetoes.hi & begun.hi };
  const vetoers =
    deniers.length === 0 ? [] : votersWith(electorate, vetoed).filter((one) => deniers.includes(one));
  if (vetoers.length > 0 && known.denials > deniers.length)
    return denied(`Denied by ${spoken(vetoers)}, with a veto.`);
  if (deniers.length >= known.denials) {
    const enough = known.denials > 1 ? `; ${inWords(known.denials)} denials end it` : '';
    return denied(`Denied by ${spoken(deniers)}${enough}.`);
  }
  const lost = new Set(deniers);
  for (const person of gone) if (last.get(person) !== 'approve') lost.add(person);
  const possible = headsOf(electorate, (person) => !lost.has(person));
  if (!isMet(known.plan, electorate, possible)) {
    const who = electorate.voters.flatMap(({ person }) => (lost.has(person) ? [person] : []));
    const needs = quorumInWords(quorum);
    if (electorate.voters.length === 0) return denied(`Nobody may approve: it needs ${needs}.`);
    return denied(
      who.length === 0
        ? `Those who may vote cannot meet it: it needs ${needs}.`
        : `It cannot be met any more without ${names(who)}: it needs ${needs}.`,
    );
  }
  if (isMet(known.plan, electorate, approving)) {
    const by = mayVote.filter((person) => last.get(person) === 'approve');
    return { state: 'approved', reason: `Approved by ${spoken(by)}.`, mayVote, missing: '' };
  }
  const missing = missingInWords(known.plan, { electorate, approving, possible, begun });
  return { state: 'open', reason: `Waiting for ${missing}.`, mayVote, missing };
}
