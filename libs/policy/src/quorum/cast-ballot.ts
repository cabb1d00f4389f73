import { type Verdict } from '@tollgate/contracts';

/** What a quorum needs of a vote. */
export interface CastBallot {
  readonly person: string;
  /** The approver whose voice it is, where the person is their delegate. */
  readonly onBehalfOf?: string;
  readonly verdict: Verdict;
}

/** The approver whose voice a vote is: its person's own, or of the one whom they stand for. */
export const voiceOf = ({ person, onBehalfOf }: Pick<CastBallot, 'person' | 'onBehalfOf'>): string =>
  onBehalfOf ?? person;

/**
 * The votes that are heard: of each person the last one alone, and of each voice one alone, its own person's
 * before a delegate's, else the last. So every human is heard once and every approver is heard once, whoever stands for
 * whom: nobody counts twice in any quorum, which needs to know of approvers only.
 * @param votes in the order in which they were cast
 * @returns in the order in which their people first voted
 */
export function heardOf<Ballot extends CastBallot>(votes: readonly Ballot[]): Ballot[] {
  const last = new Map<string, Ballot>();
  for (const vote of votes) {
    // In the order of the last votes.
    last.delete(vote.person);
    last.set(vote.person, vote);
  }
  const heard = new Map<string, Ballot>();
  for (const vote of last.values()) {
    const voice = voiceOf(vote);
    const before = heard.get(voice);
    if (before === undefined || vote.person === voice || before.person !== voice) heard.set(voice, vote);
  }
  const counting = new Set(heard.values());
  return [...new Map(votes.map((vote) => [vote.person, vote])).values()].filter((vote) => counting.has(vote));
}

/** What was said last with each voice. */
export const lastVerdicts = (votes: readonly CastBallot[]): ReadonlyMap<string, Verdict> =>
  votes.some(({ onBehalfOf }) => onBehalfOf !== undefined)
    ? new Map(heardOf(votes).map((vote) => [voiceOf(vote), vote.verdict]))
    : new Map(votes.map(({ person, verdict }) => [person, verdict]));

/** Who speaks, in words: `bob`, or `bob for alice`. */
export const speakerInWords = ({ person, onBehalfOf }: Pick<CastBallot, 'person' | 'onBehalfOf'>): string =>
  onBehalfOf === undefined || onBehalfOf === person ? person : `${person} for ${onBehalfOf}`;

/** Tells who spoke with a voice, in words. */
export function speakersOf(votes: readonly CastBallot[]): (voice: string) => string {
  if (!votes.some(({ onBehalfOf }) => onBehalfOf !== undefined)) return (voice) => voice;
  const words = new Map(heardOf(votes).map((vote) => [voiceOf(vote), speakerInWords(vote)]));
  return (voice) => words.get(voice) ?? voice;
}
