import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type IncomingEvent } from '@tollgate/messaging';
import { DataSource } from 'typeorm';
import { plainArray, textArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { type Arrival, arrivalOf } from '../record-stage/arrival.js';
import { DivergenceAlarm } from '../record-stage/divergence-alarm.js';
import { recordStage, type StageStore } from '../record-stage/record-stage.js';
import { RequestWatch } from '../request-status/request-watch.js';
import { queueMessages } from '../tell-producers/queue-messages.js';

const STAGE = 'route.resolved';

const INSERT = new Statement<{ request_id: string }>(
  'record-routes',
  `WITH recorded AS (
     INSERT INTO stage (request_id, stage, at, data)
     SELECT i.id, 'route.resolved', i.at, i.data::json
     FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[]) AS i (id, text_hash, at, data)
     JOIN request r ON r.id = i.id AND r.text_hash = i.text_hash
     ON CONFLICT DO NOTHING RETURNING request_id
   ), asked AS (
     SELECT s.request_id, r.producer, 'request.pending' AS type
     FROM recorded s JOIN request r ON r.id = s.request_id
     WHERE s.request_id = ANY ($5::uuid[])
       AND NOT EXISTS (SELECT FROM outcome o WHERE o.request_id = s.request_id)
   ), queued AS (
     ${queueMessages('asked', 'changes')}
   )
   SELECT request_id FROM recorded`,
);

/** Keeps who is asked, for the status document, and for producers who want to be told of it. */
@Controller()
export class RecordRouteHandler {
  readonly #store: StageStore<typeof STAGE, { request_id: string }>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly watch: RequestWatch,
    private readonly alarm: DivergenceAlarm,
  ) {
    this.#store = {
      stage: STAGE,
      insert: (arrivals) =>
        INSERT.alone(dataSource, [
          plainArray(arrivals.map(({ request }) => request.id)),
          plainArray(arrivals.map(({ requestHash }) => requestHash)),
          plainArray(arrivals.map(({ at }) => at)),
          textArray(arrivals.map(({ data }) => JSON.stringify(data))),
          plainArray(
            arrivals.flatMap(({ request, data }) => (data.route.decider === 'people' ? [request.id] : [])),
          ),
        ]),
    };
  }

  @EventPattern(STAGE, { batch: true })
  async record(batch: IncomingEvent<typeof STAGE>[]): Promise<void> {
    const arrivals = batch.map(({ event: { data, time } }): Arrival<typeof STAGE> => {
      // Whatever else the event carries is kept and compared as well.
      const { request, ...sections } = data;
      return arrivalOf(request, time, sections);
    });
    const { rows, diverged } = await this.alarm.overForeign(STAGE, arrivals, () =>
      recordStage((statement, values) => statement.alone(this.dataSource, values), this.#store, arrivals),
    );
    this.alarm.raise(STAGE, diverged);
    if (this.watch.size > 0) this.#tell(arrivals, new Set(rows.map(({ request_id }) => request_id)));
  }

  #tell(arrivals: readonly Arrival<typeof STAGE>[], news: ReadonlySet<string>): void {
    for (const { request, at, data } of arrivals) {
      if (news.has(request.id) && this.watch.has(request.id)) {
        this.watch.tell({ request, stages: { [STAGE]: { at, data } }, deadLetters: [] });
      }
    }
  }
}
