import { decodeEvent, type EventTopic, InvalidEventError, type ServiceName } from '@tollgate/contracts';
import {
  type IncomingEvent,
  type IncomingRecord,
  type KafkaConnection,
  lastRecords,
  lastSettled,
  PermanentError,
  readParts,
  recordsSince,
} from '@tollgate/messaging';
import { type Logger } from './logger.js';

/** An event as it was read, whose topic says of which type it is. */
export type FoundEvent = {
  [Topic in EventTopic]: IncomingEvent<Topic> & { readonly topic: Topic };
}[EventTopic];

/** One round of a repair: what is read, and what is made of it. */
export interface RepairStep {
  readonly topics: readonly EventTopic[];
  /**
   * Brings the database to know events, by whole transactions, whether or not it knows them already. Must publish nothing
   * that the topics hold.
   * @throws PermanentError for an event that will never do; of several each comes alone then
   */
  readonly restore: (events: readonly FoundEvent[]) => Promise<void>;
}

/** What a service's database must know, and how it comes to know it again. */
export interface DatabaseMemory {
  /** The topics that it alone writes, each from a committed transaction. */
  readonly written: readonly EventTopic[];
  /** The topics whose events leave something in its database. */
  readonly read: readonly EventTopic[];
  /** Whether the database knows what an event says. Of an event that leaves nothing there, true. */
  readonly knows: (found: FoundEvent) => Promise<boolean>;
  /** The time of the newest thing that it knows, ms since 1970; undefined while it knows nothing. */
  readonly newest: () => Promise<number | undefined>;
  /** Where it notes that a repair was begun, and from when on that reads, ms since 1970. */
  readonly mark: {
    since(): Promise<number | undefined>;
    begin(since: number): Promise<void>;
    end(): Promise<void>;
  };
}

/** What holds a database against the topics. */
export interface RepairSettings {
  readonly service: ServiceName;
  readonly connection: KafkaConnection;
  readonly logger: Logger;
  readonly memory: DatabaseMemory;
  /** From when on topics are read, ms since 1970, where the database cannot tell. */
  readonly since?: number;
}

/** The database does not know what its own service has published, and could not be made to. */
export class DatabaseBehindError extends Error {
  override readonly name = 'DatabaseBehindError';
}

/** Lanes are read at different speeds, and clocks differ: what is that much older than the newest row is known. */
const MARGIN_MS = 60 * 60 * 1000;
const BATCH = 200;

const placeOf = ({ topic, partition, offset }: FoundEvent): string => `${topic}/${partition}/${offset}`;

/** @returns undefined for what is no event of its topic: a dead letter, which leaves nothing */
function foundEvent(record: IncomingRecord): FoundEvent | undefined {
  const topic = record.topic as EventTopic;
  try {
    return { ...record, topic, event: decodeEvent(topic, record.value, record.key) } as FoundEvent;
  } catch (error) {
    if (error instanceof InvalidEventError) return undefined;
    throw error;
  }
}

/**
 * Holds the database of a service against the topics before it works. A service commits before it publishes; so a database
 * that does not know the last record of each of its topics is older than they are: somebody restored a backup.
 */
export class DatabaseRepair {
  readonly #settings: RepairSettings;
  readonly #since: number;
  readonly #restored = new Map<string, number>();

  private constructor(settings: RepairSettings, since: number) {
    this.#settings = settings;
    this.#since = since;
  }

  /**
   * Looks whether the database is behind.
   * @returns what repairs it; undefined where it knows everything, which is the ordinary case
   */
  static async ifBehind(settings: RepairSettings): Promise<DatabaseRepair | undefined> {
    const { memory, logger } = settings;
    const [[missing], unfinished] = await Promise.all([unknownOf(settings), memory.mark.since()]);
    if (missing === undefined && unfinished === undefined) return undefined;
    const newest = await memory.newest();
    const since = Math.max(
      0,
      settings.since ?? Math.min(unfinished ?? Infinity, newest === undefined ? 0 : newest - MARGIN_MS),
    );
    logger.error(
      {
        alarm: 'database-behind',
        ...(missing === undefined ? {} : { missing: placeOf(missing) }),
        ...(newest === undefined ? {} : { newest: new Date(newest).toISOString() }),
        since: new Date(since).toISOString(),
      },
      'the database is older than what was published from it: it is repaired from the topics before any work',
    );
    await memory.mark.begin(since);
    return new DatabaseRepair(settings, since);
  }

  /** Carries out one step. A kill in the middle does no harm: the next start begins anew, from the same time on. */
  async run({ topics, restore }: RepairStep): Promise<void> {
    const { connection, logger } = this.#settings;
    await readParts({
      connection,
      logger,
      parts: await recordsSince(connection, topics, this.#since),
      onRecords: async (records) => {
        const events = records.flatMap((record) => foundEvent(record) ?? []);
        for (let at = 0; at < events.length; at += BATCH)
          await this.#restore(events.slice(at, at + BATCH), restore);
      },
    });
  }

  async #restore(events: readonly FoundEvent[], restore: RepairStep['restore']): Promise<void> {
    try {
      await restore(events);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      const [only] = events;
      if (events.length === 1 && only !== undefined) {
        // It was a dead letter when it came first.
        this.#settings.logger.warn(
          { record: placeOf(only), reason: error.message },
          'an event leaves nothing behind',
        );
        return;
      }
      for (const event of events) await this.#restore([event], restore);
      return;
    }
    for (const { topic } of events) this.#restored.set(topic, (this.#restored.get(topic) ?? 0) + 1);
  }

  /**
   * Makes sure that the database knows everything now, and says what was read for that.
   * @throws DatabaseBehindError where something that the service itself published is still unknown
   */
  async end(): Promise<void> {
    const { memory, logger, service } = this.#settings;
    const missing = (await unknownOf(this.#settings)).filter(({ topic }) => memory.written.includes(topic));
    if (missing.length > 0)
      throw new DatabaseBehindError(
        `the database of ${service} does not know what it published at ${missing.map(placeOf).join(', ')}, though topics were read from ${new Date(this.#since).toISOString()} on. Set REPAIR_SINCE to a time before the backup (ISO 8601), or restore the database that belongs to this broker.`,
      );
    await memory.mark.end();
    logger.warn(
      { events: Object.fromEntries(this.#restored) },
      'the database knows again what the topics know',
    );
  }
}

async function unknownOf({ service, connection, logger, memory }: RepairSettings): Promise<FoundEvent[]> {
  const parts = [
    ...(await lastRecords(connection, memory.written)),
    ...(await lastSettled(connection, service, memory.read)),
  ];
  const unknown: FoundEvent[] = [];
  await readParts({
    connection,
    logger,
    parts,
    onRecords: async (records) => {
      for (const found of records.flatMap((record) => foundEvent(record) ?? []))
        if (!(await memory.knows(found))) unknown.push(found);
    },
  });
  return unknown;
}
