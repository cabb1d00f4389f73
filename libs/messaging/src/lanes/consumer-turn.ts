import kafkajs, { type Consumer } from 'kafkajs';
import { LaneProgress } from './lane-progress.js';

/** The time between a consumer's start and its end. What is settled in it is committed in it, or read again. */
export class ConsumerTurn {
  readonly progress = new LaneProgress();
  /** Given when the turn ends: work that waits should let go. */
  readonly ending = new AbortController();

  constructor(readonly consumer: Consumer) {}

  /** Stops fetching lanes; those fetched already come again after `resume`. */
  pause(topic: string, partitions: number[]): void {
    this.#whileItRuns(() => this.consumer.pause([{ topic, partitions }]));
  }

  resume(topic: string, partitions: number[]): void {
    this.#whileItRuns(() => this.consumer.resume([{ topic, partitions }]));
  }

  #whileItRuns(change: () => void): void {
    if (this.ending.signal.aborted) return;
    try {
      change();
    } catch (error) {
      // It broke down a moment ago: nothing is fetched any more, and the next turn begins with no lane paused.
      if (!(error instanceof kafkajs.KafkaJSNonRetriableError)) throw error;
    }
  }
}
