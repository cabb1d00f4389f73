import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { deadLetterTopic } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { DataSource } from 'typeorm';
import { plainArray, textArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { type RequestDeadLetter, requestDeadLetter } from './dead-letter-note.js';

/** The services that a request must get through; intake itself is one of them. */
const ON_THE_ROAD = (['intake', 'router', 'notifier', 'guardrail'] as const).map(deadLetterTopic);

const INSERT = new Statement(
  'record-dead-letters',
  `INSERT INTO dead_letter (request_id, service, place, failed_at, topic, reason)
   SELECT i.* FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
     AS i (id, service, place, failed_at, topic, reason)
   JOIN request r ON r.id = i.id
   ON CONFLICT DO NOTHING`,
);

/** Keeps what could not be digested about our requests, so that a request that stands still says where and why. */
@Controller()
export class TrackStalledHandler {
  constructor(private readonly dataSource: DataSource) {}

  @EventPattern(ON_THE_ROAD, { batch: true, raw: true })
  async track(batch: IncomingRecord[]): Promise<void> {
    const letters = batch.flatMap((record) => requestDeadLetter(record) ?? []);
    if (letters.length === 0) return;
    const column = (pick: (letter: RequestDeadLetter) => string): Buffer => textArray(letters.map(pick));
    await INSERT.alone(this.dataSource, [
      plainArray(letters.map(({ requestId }) => requestId)),
      column(({ service }) => service),
      column(({ place }) => place),
      plainArray(letters.map(({ failedAt }) => failedAt)),
      column(({ topic }) => topic),
      column(({ reason }) => reason),
    ]);
  }
}
