import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { type RequestSnapshot } from './request-snapshot.js';
import { type RequestWatch } from './request-watch.js';

/** An answer that is held back until there is something final to say. */
export interface HeldAnswer {
  /** The final state; undefined when the time is over, the reader has gone, or the service stops. */
  readonly final: Promise<RequestSnapshot | undefined>;
  /** To be called once nobody waits any more. */
  end(): void;
}

/** A stop waits this long for the answers that were held to go out. */
const LAST_ANSWERS_MS = 2_000;

/** Holds answers back (`Prefer: wait`). The watch starts before anybody reads, so nothing is missed in between. */
export class HeldAnswers implements BeforeApplicationShutdown {
  readonly #watch: RequestWatch;
  readonly #held = new Set<() => void>();
  readonly #allAnswered = Promise.withResolvers<void>();
  #unanswered = 0;
  #stopping: boolean;

  /** @param stopping aborted when the service begins to stop; held answers are given then */
  constructor(watch: RequestWatch, stopping: AbortSignal) {
    this.#watch = watch;
    this.#stopping = stopping.aborted;
    stopping.addEventListener('abort', () => {
      this.#stopping = true;
      for (const giveUp of this.#held) giveUp();
    });
  }

  /** Connections are cut when the service closes; whoever was held gets the answer before. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.#unanswered > 0)
      await Promise.race([this.#allAnswered.promise, pause(LAST_ANSWERS_MS, undefined, { ref: false })]);
  }

  /** @param seconds for how long at most */
  hold(id: string, seconds: number, reply: FastifyReply): HeldAnswer {
    const { promise: final, resolve } = Promise.withResolvers<RequestSnapshot | undefined>();
    const giveUp = (): void => resolve(undefined);
    const unwatch = this.#watch.watch(id, (snapshot) => {
      if (snapshot.outcome !== undefined) resolve(snapshot);
    });
    const timer = setTimeout(giveUp, this.#stopping ? 0 : seconds * 1_000);
    this.#held.add(giveUp);
    this.#unanswered += 1;
    // Comes when the answer is out, or its reader gone.
    reply.raw.once('close', () => {
      giveUp();
      this.#unanswered -= 1;
      if (this.#stopping && this.#unanswered === 0) this.#allAnswered.resolve();
    });
    return {
      final,
      end: () => {
        clearTimeout(timer);
        unwatch();
        this.#held.delete(giveUp);
      },
    };
  }
}
