import { type Admin, type Kafka } from 'kafkajs';
import { type LanesLogger } from '../lanes-logger.js';
import { reasonOf } from './failure-of.js';

/** What `TopicDiscovery` is built from. All names are physical. */
export interface TopicDiscoverySettings {
  readonly kafka: Kafka;
  readonly logger: LanesLogger;
  /** Those of the broker's topics that are to be read. */
  readonly select: (topics: readonly string[]) => string[];
  /** Told when they are no longer those that `selected` gave last. */
  readonly onChange: () => void;
}

const LOOK_INTERVAL_MS = 5_000;

/** Knows which topics match the patterns of a service, and notices when one comes or goes. */
export class TopicDiscovery {
  readonly #settings: TopicDiscoverySettings;
  #admin: Promise<Admin> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #current: string | undefined;
  #failing = false;

  constructor(settings: TopicDiscoverySettings) {
    this.#settings = settings;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), LOOK_INTERVAL_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#drop();
  }

  /**
   * The topics to read now.
   * @throws an error of the client when the broker does not answer
   */
  async selected(): Promise<string[]> {
    const topics = await this.#list();
    this.#current = topics.join();
    return topics;
  }

  /** Asks the broker once. One that does not answer is asked again later. */
  async look(): Promise<void> {
    if (this.#current === undefined) return;
    try {
      const topics = await this.#list();
      if (this.#failing) this.#settings.logger.info({}, 'topics are looked for again');
      this.#failing = false;
      if (topics.join() !== this.#current) this.#settings.onChange();
    } catch (error) {
      const level = this.#failing ? 'debug' : 'warn';
      this.#settings.logger[level](
        { reason: reasonOf(error) },
        'new topics are not found for now; the broker does not answer',
      );
      this.#failing = true;
    }
  }

  async #list(): Promise<string[]> {
    this.#admin ??= this.#connect();
    try {
      const admin = await this.#admin;
      return this.#settings.select(await admin.listTopics()).toSorted();
    } catch (error) {
      await this.#drop();
      throw error;
    }
  }

  async #connect(): Promise<Admin> {
    const admin = this.#settings.kafka.admin();
    await admin.connect();
    return admin;
  }

  async #drop(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    try {
      await (await admin)?.disconnect();
    } catch (error) {
      this.#settings.logger.debug({ reason: reasonOf(error) }, 'a broken connection did not close in order');
    }
  }
}
