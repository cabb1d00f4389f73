import { decodeEvent, type DelegationDeclared, InvalidEventError } from '@tollgate/contracts';
import {
  followTopic,
  type IncomingRecord,
  type KafkaConnection,
  type TopicTail,
  TransientError,
} from '@tollgate/messaging';
import { type Delegation } from '@tollgate/policy';
import { type HealthFinding, type Logger } from '@tollgate/runtime';

/** What `KnownDelegations` needs. */
export interface KnownDelegationsSettings {
  readonly connection: KafkaConnection;
  readonly logger: Logger;
  /** Makes a dead letter of a record that is no delegation. */
  readonly setAside: (record: IncomingRecord, reason: string) => Promise<void>;
}

/** Every delegation that was ever declared, read from `delegation.declared` and followed from then on. */
export class KnownDelegations {
  readonly #known = new Map<string, Delegation>();
  #tail: TopicTail | undefined;
  #isCaughtUp = false;

  constructor(private readonly settings: KnownDelegationsSettings) {}

  /** Starts reading; returns when the topic was read to its end once. */
  async start(): Promise<void> {
    const { connection, logger } = this.settings;
    this.#tail = await followTopic({
      connection,
      topic: 'delegation.declared',
      logger,
      onRecord: (record) => this.#read(record),
    });
    await this.#tail.caughtUp;
    this.#isCaughtUp = true;
  }

  async stop(): Promise<void> {
    await this.#tail?.stop();
  }

  /** One that was read already. */
  find(id: string): Delegation | undefined {
    return this.#known.get(id);
  }

  /**
   * Reads to the end of the topic.
   * @throws TransientError while the topic cannot be read
   */
  async readToEnd(): Promise<void> {
    if (this.#tail === undefined) throw new TransientError('delegations are not being read yet');
    await this.#tail.readToEnd();
  }

  /** For `/health/ready`: a gate that does not know all of them takes no work. */
  health(): HealthFinding {
    return this.#isCaughtUp
      ? { ok: true, detail: `${this.#known.size} delegations are known` }
      : { ok: false, detail: 'delegations are still being read' };
  }

  /** What is no delegation must not keep the others from being read. */
  async #read(record: IncomingRecord): Promise<void> {
    let delegation: DelegationDeclared;
    try {
      delegation = decodeEvent('delegation.declared', record.value, record.key).data;
      if (delegation.id !== record.key) throw new InvalidEventError('the key is not /data/id');
    } catch (error) {
      if (!(error instanceof InvalidEventError)) throw error;
      this.settings.logger.error(
        { offset: String(record.offset), reason: error.message },
        'a record of delegation.declared is no delegation',
      );
      return this.settings.setAside(record, error.message);
    }
    const { id, from, to, startsAt, endsAt, requestId, declaredBy, declaredAs, revokedAt } = delegation;
    // What comes again, after a crash of its writer, takes no revocation back.
    if (this.#known.get(id)?.revokedAt !== undefined) return;
    this.#known.set(id, {
      ...{ from, to, startsAt, declaredBy, declaredAs },
      ...(endsAt === undefined ? {} : { endsAt }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(revokedAt === undefined ? {} : { revokedAt }),
    });
  }
}
