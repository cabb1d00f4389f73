import { Controller, Inject } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { newEvent, type Release, type TopicEvent } from '@tollgate/contracts';
import { type IncomingEvent, type OutgoingRecord, OutboxRelay } from '@tollgate/messaging';
import { withLaneErrors } from '../database/lane-errors.js';
import { type Statement } from '../database/statement.js';
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

/** A judgement that was news. */
interface Judged {
  readonly event: Event;
  /** Whether it settled the status, which something else may have done before. */
  readonly decided: boolean;
  /** What follows from it, if it settled the status and passed. */
  readonly release: Release | undefined;
}

const releasedRecord = (event: Event, release: Release): OutgoingRecord => {
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
    // Signed ahead: the same judgement gives the same release, and whether it rules is for the database to say.
    const releases = this.#releases(events);
    const { diverged, judged } = await withLaneErrors(() =>
      this.relay.transaction(async (tx, publish) => {
        const run = <Row>(statement: Statement<Row>, values: readonly unknown[]) =>
          statement.within(tx, values);
        const { rows, diverged } = await recordStage(run, judgementStore(tx, releases), arrivals);
        const judged = rows.flatMap(({ request_id, decided }): Judged[] => {
          const event = events.get(request_id);
          return event === undefined
            ? []
            : [{ event, decided, release: decided ? releases.get(request_id) : undefined }];
        });
        publish(
          judged.flatMap(({ event, release }) =>
            release === undefined ? [] : [releasedRecord(event, release)],
          ),
        );
        return { diverged, judged };
      }),
    );
    this.alarm.raise(STAGE, diverged);
    for (const entry of judged) this.#tell(entry);
  }

  #releases(events: ReadonlyMap<string, Event>): Map<string, Release> {
    const releases = new Map<string, Release>();
    for (const [id, { data }] of events) {
      if (outcomeOf(data) !== 'released') continue;
      const { request, route, decision } = data;
      const validityMs = releaseValidityMs(route.releaseValidity);
      releases.set(id, this.sign({ request, decidedAt: decision.decidedAt, validityMs }));
    }
    return releases;
  }

  #tell({ event: { data, time: at }, decided, release }: Judged): void {
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
