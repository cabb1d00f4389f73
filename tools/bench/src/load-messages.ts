/** How the load generator reaches the system. */
export interface LoadTarget {
  readonly intakeUrl: string;
  readonly notifierUrl: string;
  readonly producerKey: string;
  /** Bearer tokens of the deciders, by index. */
  readonly deciderTokens: readonly string[];
}

/** What the bench asks its load generator, a process of its own, to do. */
export type LoadOrder =
  /** `submitters` submit and wait, `requests` in all; the deciders vote as soon as they hear of an approval. */
  | {
      readonly kind: 'approvals';
      readonly target: LoadTarget;
      readonly requests: number;
      readonly submitters: number;
    }
  /** One request at a time, decided by a person; measures vote to released. */
  | { readonly kind: 'unloaded'; readonly target: LoadTarget; readonly requests: number }
  /** One request at a time, decided by automation; measures submission to released. */
  | { readonly kind: 'automatic'; readonly target: LoadTarget; readonly requests: number }
  /** Submits and does not decide; answers the ids. */
  | {
      readonly kind: 'submit';
      readonly target: LoadTarget;
      readonly requests: number;
      readonly submitters: number;
    }
  /** Decides one pending request as soon as the system lets it, and waits for its release. */
  | {
      readonly kind: 'decide';
      readonly target: LoadTarget;
      readonly requestId: string;
      readonly decider: number;
    };

/** What the load generator answers. */
export interface LoadResult {
  readonly seconds: number;
  readonly released: number;
  /** Requests that ended otherwise, by status, and calls that failed, by what was said. */
  readonly others: Readonly<Record<string, number>>;
  /** Milliseconds, one for each measured request. */
  readonly samples: readonly number[];
  readonly requestIds: readonly string[];
}
