/** The next offset to read of a lane, as the broker keeps it for a group. */
export interface LaneOffset {
  /** Physical name. */
  readonly topic: string;
  readonly partition: number;
  /** The offset after the last settled record. */
  readonly offset: string;
}

const laneKey = (topic: string, partition: number): string => `${topic}/${partition}`;

/** What has been settled since it was last committed. */
export class LaneProgress {
  #open = new Map<string, LaneOffset>();

  /** Everything before `offset` is settled. */
  settle(topic: string, partition: number, offset: string): void {
    this.#open.set(laneKey(topic, partition), { topic, partition, offset });
  }

  /** Hands over what is to be committed now. */
  take(): LaneOffset[] {
    const taken = [...this.#open.values()];
    this.#open = new Map();
    return taken;
  }

  /** Takes back what could not be committed; what was settled meanwhile is further and stays. */
  putBack(taken: readonly LaneOffset[]): void {
    for (const lane of taken) {
      const key = laneKey(lane.topic, lane.partition);
      if (!this.#open.has(key)) this.#open.set(key, lane);
    }
  }

  /** Forgets lanes that are not of this member any more: somebody else settles them now. */
  keepOnly(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const [key, { topic, partition }] of this.#open) {
      if (assignment[topic]?.includes(partition) !== true) this.#open.delete(key);
    }
  }
}
