import { Controller, Inject } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { newEvent, type Release, type TopicEvent } from '@tollgate/contracts';
import { type IncomingEvent, type OutgoingRecord, OutboxRelay } from '@tollgate/messaging';
import { type EntityManager } from 'typeorm';
import { plainArray, textArray } from '../database/column-arrays.js';
import { withLaneErrors } from '../database/lane-errors.js';
import { Statement } from '../database/statement.js';
import { eventRecord } from '../events/event-record.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { type Arrival, arrivalOf } from '../record-stage/arrival.js';
import { DivergenceAlarm } from '../record-stage/divergence-alarm.js';
import { recordStage } from '../record-stage/record-stage.js';
import { type RequestSnapshot } from '../request-status/request-snapshot.js';
import { RequestWatch } from '../request-status/request-watch.js';
import { judgementStore } from './judgement-store.js';
import { outcomeOf } from './outcome-of.js';
import { releaseValidityMs } from './release-validity.js';
import { type Releasing } from './sign-release.js';

const STAGE = 'guardrail.evaluated';
type Event = TopicEvent<typeof STAGE>;

/** Provides the function that signs releases. */
export const SIGN_RELEASE = Symbol('sign release');

const RELEASES = new Statement(
  'record-releases',
  `INSERT INTO stage (request_id, stage, at, data)
   SELECT i.id, 'action.released', i.at, i.data::json
   FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS i (id, at, data)`,
);

/** An approval that passed the gate and that nothing else ended before. */
interface Released {
  readonly event: Event;
  readonly release: Release;
}

const releasedRecord = ({ event, release }: Released): OutgoingRecord => {
  const { id: requestId } = event.data.request;
  return eventRecord(
    'action.released',
    newEvent({
      topic: 'action.released',
      service: 'intake',
      key: requestId,
      requestId,
      time: event.time,
      cause: event,
      data: { ...event.data, release },
    }),
  );
};

/** Takes the gate's verdict: the request reaches its final status, and what passed is released. */
@Controller()
export class ReleaseActionHandler {
  constructor(
    private readonly relay: OutboxRelay,
    @Inject(SIGN_RELEASE) private readonly sign: (releasing: Releasing) => Release,
    private readonly watch: RequestWatch,
    private readonly alarm: DivergenceAlarm,
    private readonly metrics: IntakeMetrics,
  ) {}

  @EventPattern(STAGE, { batch: true })
  async judge(batch: IncomingEvent<typeof STAGE>[]): Promise<void> {
    const events = new Map<string, Event>();
    const arrivals = batch.map(({ event }): Arrival<typeof STAGE> => {
      // Whatever else the event carries is kept and compared as well.
      const { request, ...sections } = event.data;
      if (!events.has(request.id)) events.set(request.id, event);
      return arrivalOf(request, event.time, sections);
    });
    const { diverged, judged } = await withLaneErrors(() =>
      this.relay.transaction(async (tx, publish) => {
        const run = <Row>(statement: Statement<Row>, values: readonly unknown[]) =>
          statement.within(tx, values);
        const { rows, diverged } = await recordStage(run, judgementStore(tx), arrivals);
        const judged = rows.flatMap(({ request_id, decided }) => {
          const event = events.get(request_id);
          return event === undefined ? [] : [{ event, decided, ...(decided ? this.#release(event) : {}) }];
        });
        const released = judged.flatMap(({ event, release }) =>
          release === undefined ? [] : [{ event, release }],
        );
        await this.#store(tx, released);
        publish(released.map(releasedRecord));
        return { diverged, judged };
      }),
    );
    this.alarm.raise(STAGE, diverged);
    for (const { event, decided, release } of judged) this.#tell(event, decided, release);
  }

  #release({ data }: Event): { release?: Release } {
    if (outcomeOf(data) !== 'released') return {};
    const { request, route, decision } = data;
    const validityMs = releaseValidityMs(route.releaseValidity);
    return { release: this.sign({ request, decidedAt: decision.decidedAt, validityMs }) };
  }

  async #store(tx: EntityManager, released: readonly Released[]): Promise<void> {
    if (released.length === 0) return;
    await RELEASES.within(tx, [
      plainArray(released.map(({ event }) => event.data.request.id)),
      plainArray(released.map(({ event }) => event.time)),
      textArray(released.map(({ release }) => JSON.stringify({ release }))),
    ]);
  }

  #tell({ data, time: at }: Event, decided: boolean, release: Release | undefined): void {
    const { request, ...sections } = data;
    const outcome = outcomeOf(data);
    if (decided) this.metrics.ended.inc({ status: outcome });
    if (!this.watch.has(request.id)) return;
    const snapshot: RequestSnapshot = {
      request,
      stages: {
        [STAGE]: { at, data: sections },
        ...(release === undefined ? {} : { 'action.released': { at, data: { release } } }),
      },
      deadLetters: [],
      ...(decided ? { outcome } : {}),
    };
    this.watch.tell(snapshot);
  }
}
