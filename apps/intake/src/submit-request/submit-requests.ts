import { type OutboxRelay } from '@tollgate/messaging';
import { MicroBatch } from '@tollgate/persistence';
import { type Counter } from 'prom-client';
import { type Acceptance, acceptSubmissions } from './accept-submissions.js';
import { type Submission } from './submission.js';

/** Submissions of one transaction at most. */
const MAX_BATCH = 200;

/** The door for submissions that come one by one: those that come at the same time share a transaction. */
export class SubmitRequests {
  readonly #batches: MicroBatch<Submission, Acceptance>;

  constructor(relay: OutboxRelay, accepted: Counter<'door'>) {
    this.#batches = new MicroBatch({
      maxBatch: MAX_BATCH,
      work: async (submissions) => {
        const acceptances = await relay.transaction((tx, publish) =>
          acceptSubmissions(tx, publish, submissions),
        );
        accepted.inc({ door: 'http' }, acceptances.filter((acceptance) => acceptance === 'new').length);
        return acceptances;
      },
    });
  }

  /** Resolves once it is committed, and with it that the request goes out. */
  submit(submission: Submission): Promise<Acceptance> {
    return this.#batches.run(submission);
  }
}
