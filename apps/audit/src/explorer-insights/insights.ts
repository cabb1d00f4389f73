/** The stored records that the page is computed from: its population. */
export interface InsightsPopulation {
  /** The first record of the period, by its seq. */
  readonly fromSeq: number;
  /** The first record after it. */
  readonly toSeq: number;
  /** Records of the topics that are looked at. */
  readonly records: number;
  /** Of them, those that no event could be read from. */
  readonly unreadable: number;
}

/** The counted votes of one person on one action in one bin of the period. */
export interface VoteCount {
  readonly person: string;
  readonly action: string;
  /** Index of the bin. */
  readonly bin: number;
  readonly approved: number;
  readonly denied: number;
}

/** Who approves what. */
export interface Votes {
  readonly counts: readonly VoteCount[];
  /** The most active first. */
  readonly people: readonly string[];
  /** The most voted on first. */
  readonly actions: readonly string[];
  /** How many there are, also beyond those that are listed. */
  readonly allPeople: number;
  readonly allActions: number;
  readonly allVotes: number;
}

/** How long people took, in seconds. */
export interface Waiting {
  readonly decisions: number;
  readonly median: number;
  readonly p90: number;
}

/** Waiting times, of decisions by people. */
export interface WaitingTimes {
  /** Of the period; undefined where nobody decided anything. */
  readonly all: Waiting | undefined;
  readonly bins: readonly (Waiting & { readonly bin: number })[];
  /** Decisions by how long they took, one number for each of `WAITING_BUCKETS`. */
  readonly histogram: readonly number[];
  /** Decisions by people of which no route is on record, so that nobody knows when the waiting began. */
  readonly withoutRoute: number;
}

/** How many requests ended in one way in one bin of the period. */
export interface EndCount {
  readonly bin: number;
  /** How the request stands, by the checkpoint. */
  readonly status: string;
  /** As its decision says; null where it ended without one. */
  readonly decidedBy: string | null;
  readonly requests: number;
}

/** A signed checkpoint that covers the population. */
export interface InsightsCheckpoint {
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly at: Date;
}

/** What the page shows of a period. */
export interface Insights {
  readonly population: InsightsPopulation;
  /** Undefined while none is signed: nothing is counted then. */
  readonly checkpoint: InsightsCheckpoint | undefined;
  readonly votes: Votes;
  readonly waiting: WaitingTimes;
  readonly ends: readonly EndCount[];
}
