import { type DataSource, type EntityManager } from 'typeorm';
import { type Registry } from 'prom-client';
import { type LanesLogger } from '../lanes-logger.js';
import { type OutgoingRecord } from '../outgoing-record.js';
import { type LaneSender } from '../sender/lane-sender.js';

export interface OutboxRelayOptions {
  readonly dataSource: DataSource;
  readonly sender: LaneSender;
  readonly logger: LanesLogger;
  readonly metrics: Registry;
  /** The schema of the outbox tables; the search path's first unless told. */
  readonly schema?: string;
}
/** Adds records to what goes out if, and only if, the transaction commits. */
export type Publish = (records: readonly OutgoingRecord[]) => void;

export class OutboxRelay {
  /** To be added to the service's own list, first. */
  static readonly migrations: readonly (new () => object)[] = [];
  /** The statement that lets a service's role use the outbox; for a migration of the service. */
  static grantTo(_role: string): string {
    throw new Error('not built yet');
  }
  constructor(_options: OutboxRelayOptions) {}
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async transaction<T>(_work: (tx: EntityManager, publish: Publish) => Promise<T>): Promise<T> {
    throw new Error('not built yet');
  }
}
