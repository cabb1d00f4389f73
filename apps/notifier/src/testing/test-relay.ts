import { decodeEvent, type EventTopic, type TopicEvent } from '@tollgate/contracts';
import { type OutgoingRecord, type Publish } from '@tollgate/messaging';
import { type DataSource, type EntityManager } from 'typeorm';

/** An outbox that keeps what was committed where a spec can look at it; what rolls back is never seen. */
export class TestRelay {
  readonly records: OutgoingRecord[] = [];
  /** Called before each commit; a spec makes the commit fail with it. */
  beforeCommit: () => void | Promise<void> = () => undefined;

  constructor(private readonly dataSource: DataSource) {}

  async transaction<T>(work: (tx: EntityManager, publish: Publish) => Promise<T>): Promise<T> {
    const gathered: OutgoingRecord[] = [];
    const result = await this.dataSource.transaction(async (tx) => {
      const answer = await work(tx, (records) => gathered.push(...records));
      await this.beforeCommit();
      return answer;
    });
    this.records.push(...gathered);
    return result;
  }

  /** What was published on a topic, each checked against its schema. */
  events<Topic extends EventTopic>(topic: Topic): TopicEvent<Topic>[] {
    return this.records
      .filter((record) => record.topic === topic)
      .map(({ key, value }) => decodeEvent(topic, value === null ? null : Buffer.from(value), key));
  }

  /** What was published on a topic about a request. */
  about<Topic extends EventTopic>(topic: Topic, requestId: string): TopicEvent<Topic>[] {
    return this.events(topic).filter(({ subject }) => subject === requestId);
  }
}
