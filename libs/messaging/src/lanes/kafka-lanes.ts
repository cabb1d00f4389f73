import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { type ServiceName } from '@tollgate/contracts';
import { type Registry } from 'prom-client';
import { type KafkaConnection } from '../kafka-connection.js';
import { type LanesLogger } from '../lanes-logger.js';
import { type LaneSender } from '../sender/lane-sender.js';

export interface KafkaLanesOptions {
  readonly connection: KafkaConnection;
  readonly service: ServiceName;
  /** The number of partitions of the stage topics. */
  readonly lanes: number;
  /** The consumer group; the service's name unless told. */
  readonly groupId?: string;
  readonly logger: LanesLogger;
  readonly metrics: Registry;
  /** Told once, when the service cannot go on: the process should end. */
  readonly onFatal: (error: Error) => void;
  readonly sender: LaneSender;
  /** False where `<service>.retry` is a topic like others; true unless told. */
  readonly readOwnRetries?: boolean;
  /** How long a fetch may gather at the broker before it answers; at once unless told. */
  readonly fetch?: { readonly minBytes: number; readonly maxWaitMs: number };
}

export interface LanesHealth {
  readonly ok: boolean;
  readonly detail: string;
}

export class KafkaLanes extends Server implements CustomTransportStrategy {
  constructor(private readonly options: KafkaLanesOptions) {
    super();
  }
  listen(_callback: (error?: unknown) => void): void {
    throw new Error(`${this.options.service}: not built yet`);
  }
  async close(): Promise<void> {}
  on(): never {
    throw new Error('the lanes have no client events');
  }
  unwrap<T>(): T {
    throw new Error('the lanes hide their client');
  }
  rediscover(): Promise<void> {
    throw new Error('not built yet');
  }
  health(): LanesHealth {
    return { ok: false, detail: 'not built yet' };
  }
  holdUntil(_ready: Promise<unknown>): void {}
}
