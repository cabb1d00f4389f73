import { EventStream, type Logger } from '@tollgate/runtime';
import { type FastifyReply } from 'fastify';
import { type RequestReader } from './request-reader.js';
import { type RequestSnapshot } from './request-snapshot.js';
import { type RequestWatch } from './request-watch.js';
import { type Seen, stageEvents } from './stage-events.js';

/** The streams of stages that are open. */
export class RequestStreams {
  readonly #watch: RequestWatch;
  readonly #reader: RequestReader;
  readonly #logger: Logger;
  readonly #open = new Set<EventStream>();

  /** @param stopping aborted when the service begins to stop; streams are ended then */
  constructor(watch: RequestWatch, reader: RequestReader, stopping: AbortSignal, logger: Logger) {
    this.#watch = watch;
    this.#reader = reader;
    this.#logger = logger;
    stopping.addEventListener('abort', () => {
      for (const stream of this.#open) stream.close();
    });
  }

  /**
   * Streams the stages that a reader has not seen, until the status is final or the reader goes.
   * @param reply taken over, unless there is nothing left to send: then it is answered 204
   * @param admit returns the snapshot that the reader may see; what it throws is the answer
   */
  async follow(
    id: string,
    reply: FastifyReply,
    seen: Seen,
    admit: (snapshot: RequestSnapshot | undefined) => RequestSnapshot,
  ): Promise<void> {
    const early: RequestSnapshot[] = [];
    let take = (snapshot: RequestSnapshot): void => void early.push(snapshot);
    const unwatch = this.#watch.watch(id, (snapshot) => take(snapshot));
    try {
      const first = admit(await this.#reader.snapshot(id));
      if (first.outcome !== undefined && stageEvents(first, seen).events.length === 0) {
        unwatch();
        void reply.code(204).send();
        return;
      }
      take = this.#sendInto(reply, id, seen, unwatch);
      for (const snapshot of [first, ...early]) take(snapshot);
    } catch (error) {
      unwatch();
      throw error;
    }
  }

  #sendInto(
    reply: FastifyReply,
    id: string,
    before: Seen,
    unwatch: () => void,
  ): (snapshot: RequestSnapshot) => void {
    let seen = before;
    const stream = new EventStream(reply, () => {
      unwatch();
      this.#open.delete(stream);
    });
    this.#open.add(stream);
    const send = (snapshot: RequestSnapshot): void => {
      const news = stageEvents(snapshot, seen);
      seen = news.seen;
      if (news.events.length > 0) stream.send(...news.events);
    };
    return (snapshot) => {
      send(snapshot);
      if (snapshot.outcome === undefined) return;
      unwatch();
      this.#reader.snapshot(id).then(
        (whole) => {
          if (whole !== undefined) send(whole);
          stream.close();
        },
        (error: unknown) => {
          this.#logger.warn(
            { err: error, requestId: id },
            'a stream ends early: the last stages could not be read',
          );
          stream.close();
        },
      );
    };
  }
}
