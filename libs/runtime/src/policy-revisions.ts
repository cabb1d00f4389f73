import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { decodeEvent, InvalidEventError, type PolicyPublished } from '@tollgate/contracts';
import {
  followTopic,
  type IncomingRecord,
  type KafkaConnection,
  PermanentError,
  type TopicTail,
  TransientError,
} from '@tollgate/messaging';
import { type HealthFinding } from './health-checks.js';
import { type Logger } from './logger.js';

/** What `PolicyRevisions` needs. */
export interface PolicyRevisionsSettings<Compiled> {
  readonly connection: KafkaConnection;
  readonly logger: Logger;
  /** Makes a revision usable. @throws any error: the revision is then of no use, and that is said */
  readonly compile: (published: PolicyPublished) => Compiled;
  /** Makes a dead letter of a record that is no policy revision; without it, such a record is logged only. */
  readonly setAside?: (record: IncomingRecord, reason: string) => Promise<void>;
}

/** Compiled revisions that are kept at hand; older ones are compiled again when a request needs them. */
const KEPT_COMPILED = 8;
const QUICK = { level: 1 };

/**
 * Every policy revision that ever ruled, read from `policy.published` and followed from then on. The highest rules.
 */
export class PolicyRevisions<Compiled> {
  readonly #settings: PolicyRevisionsSettings<Compiled>;
  /** As JSON, deflated: a company's directory is large, and every change of it is a revision. */
  readonly #published = new Map<number, Buffer>();
  readonly #compiled = new Map<number, Compiled>();
  readonly #listeners = new Set<(revision: number) => void>();
  #tail: TopicTail | undefined;
  #highest = 0;
  #fault: string | undefined;

  constructor(settings: PolicyRevisionsSettings<Compiled>) {
    this.#settings = settings;
  }

  /** Starts reading; returns when the topic was read to its end once. */
  async start(): Promise<void> {
    this.#tail = await followTopic({
      connection: this.#settings.connection,
      topic: 'policy.published',
      logger: this.#settings.logger,
      onRecord: (record) => this.#read(record),
    });
    await this.#tail.caughtUp;
  }

  async stop(): Promise<void> {
    await this.#tail?.stop();
  }

  /** What is no policy revision must not keep the others from being read. */
  async #read(record: IncomingRecord): Promise<void> {
    let published: PolicyPublished;
    try {
      published = decodeEvent('policy.published', record.value, record.key).data;
    } catch (error) {
      if (!(error instanceof InvalidEventError)) throw error;
      this.#settings.logger.error(
        { offset: String(record.offset), reason: error.message },
        'a record of policy.published is no policy revision',
      );
      await this.#settings.setAside?.(record, error.message);
      return;
    }
    this.#take(published);
  }

  #take(published: PolicyPublished): void {
    if (this.#published.has(published.revision)) return;
    this.#published.set(published.revision, deflateRawSync(JSON.stringify(published), QUICK));
    if (published.revision <= this.#highest) return;
    try {
      this.#compile(published);
      this.#fault = undefined;
    } catch (error) {
      this.#fault = error instanceof Error ? error.message : 'a policy revision does not compile';
      this.#settings.logger.error(
        { revision: published.revision, err: error },
        'a published policy revision does not compile',
      );
      return;
    }
    this.#highest = published.revision;
    this.#settings.logger.info({ revision: published.revision }, 'a policy revision rules');
    for (const listener of this.#listeners) listener(published.revision);
  }

  #compile(published: PolicyPublished): Compiled {
    const compiled = this.#usable(published);
    this.#keep(published.revision, compiled);
    if (this.#compiled.size <= KEPT_COMPILED) return compiled;
    for (const revision of this.#compiled.keys()) {
      // The ruling one is asked by every new request.
      if (revision === this.#highest || revision === published.revision) continue;
      this.#compiled.delete(revision);
      break;
    }
    return compiled;
  }

  /** As the one that was asked for last. */
  #keep(revision: number, compiled: Compiled): void {
    this.#compiled.delete(revision);
    this.#compiled.set(revision, compiled);
  }

  #usable(published: PolicyPublished): Compiled {
    try {
      return this.#settings.compile(published);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'it does not compile';
      throw new PermanentError(`policy revision ${published.revision} is of no use: ${reason}`);
    }
  }

  /** Calls `listener` with the number of each revision that comes to rule from now on. */
  onRevision(listener: (revision: number) => void): void {
    this.#listeners.add(listener);
  }

  /** The number of the ruling revision; 0 while there is none. */
  get highest(): number {
    return this.#highest;
  }

  /** The ruling revision, compiled; undefined while there is none. */
  current(): { readonly revision: number; readonly policy: Compiled } | undefined {
    const policy = this.peek(this.#highest);
    return policy === undefined ? undefined : { revision: this.#highest, policy };
  }

  /** A revision that was read already. @throws PermanentError for one that does not compile */
  peek(revision: number): Compiled | undefined {
    const compiled = this.#compiled.get(revision);
    if (compiled !== undefined) {
      if (revision !== this.#highest) this.#keep(revision, compiled);
      return compiled;
    }
    const published = this.published(revision);
    return published === undefined ? undefined : this.#compile(published);
  }

  /** The document of a revision that was read already, as published. */
  published(revision: number): PolicyPublished | undefined {
    const deflated = this.#published.get(revision);
    if (deflated === undefined) return undefined;
    const published: PolicyPublished = JSON.parse(inflateRawSync(deflated).toString());
    return published;
  }

  /**
   * A revision by its number; reads to the end of the topic before it gives up.
   * @throws PermanentError when the topic has no such revision, or the revision does not compile
   * @throws TransientError while the topic cannot be read
   */
  async get(revision: number): Promise<Compiled> {
    const known = this.peek(revision);
    if (known !== undefined) return known;
    if (this.#tail === undefined) throw new TransientError('policy revisions are not being read yet');
    await this.#tail.readToEnd();
    const found = this.peek(revision);
    if (found === undefined)
      throw new PermanentError(`policy revision ${revision} is not on policy.published`);
    return found;
  }

  /** For `/health/ready`: a service without a valid ruling revision takes no work. */
  health(): HealthFinding {
    if (this.#fault !== undefined) return { ok: false, detail: this.#fault };
    return this.#highest === 0
      ? { ok: false, detail: 'no policy revision is published yet' }
      : { ok: true, detail: `policy revision ${this.#highest} rules` };
  }
}
