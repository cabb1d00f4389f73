import { type ServiceName } from '@tollgate/contracts';
import { type IncomingRecord } from '../incoming-record.js';

/** `open`: nobody has acted on it since it failed last. `retried`: an operator handed it back. */
export type DeadLetterState = 'open' | 'retried';

/** A record that a service could not digest. */
export interface DeadLetter {
  readonly service: ServiceName;
  /** `<origin topic>-<partition>-<offset>`: the place of the record that failed. */
  readonly place: string;
  /** Where the record's key was one. */
  readonly requestId?: string;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly failedAt: string;
  /** The record that failed, as it was. */
  readonly origin: IncomingRecord;
  readonly state: DeadLetterState;
}
