import { Controller, Inject } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { newEvent, type Release, type RequestFailed, type TopicEvent } from '@tollgate/contracts';
import { type IncomingEvent, type OutgoingRecord, OutboxRelay, type Publish } from '@tollgate/messaging';
import { type EntityManager } from 'typeorm';
import { reviewSubmission } from '../break-glass/review-submission.js';
import { type Statement } from '../database/statement.js';
import { passStage } from '../end-request/end-request.js';
import { eventRecord } from '../events/event-record.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { type Arrival, arrivalOf } from '../record-stage/arrival.js';
import { DivergenceAlarm } from '../record-stage/divergence-alarm.js';
import { recordStage } from '../record-stage/record-stage.js';
import { type FinalStatus, type RequestSnapshot } from '../request-status/request-snapshot.js';
import { RequestWatch } from '../request-status/request-watch.js';
import { acceptSubmissions } from '../submit-request/accept-submissions.js';
import { judgementStore } from './judgement-store.js';
import { publishRevision } from '../publish-policy/policy-revision.js';
import { outcomeOf } from './outcome-of.js';
import { policyRelease, type PolicyRelease, releasesPolicy } from './policy-release.js';
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
  /** What a change of policy comes to that settled the status. */
  readonly policy: PolicyRelease | undefined;
}

const statusOf = ({ event, policy }: Judged): FinalStatus =>
  policy?.kind === 'fail' ? 'failed' : outcomeOf(event.data);

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

const failedRecord = (event: Event, failed: RequestFailed): OutgoingRecord => {
  const { requestId, failedAt } = failed;
  return eventRecord(
    'request.failed',
    newEvent({
      topic: 'request.failed',
      service: 'intake',
      key: requestId,
      requestId,
      time: failedAt,
      cause: event,
      data: failed,
    }),
  );
};

/** What follows from the release of a change of policy: the revision, or the failure. */
async function carryOut(
  tx: EntityManager,
  publish: Publish,
  event: Event,
  policy: PolicyRelease,
): Promise<void> {
  if (policy.kind === 'publish') return publishRevision(tx, publish, policy.revision, event);
  const { failed } = policy;
  await passStage(tx, failed.requestId, 'request.failed', failed.failedAt, failed);
  publish([failedRecord(event, failed)]);
}

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
    const policies = batch.filter(({ event }) => releasesPolicy(event));
    if (policies.length === 0) return this.#judge(batch);
    await this.#judge(batch.filter((entry) => !policies.includes(entry)));
    // One by one: what the first publishes decides on the next.
    for (const { event } of policies) await this.#judge([{ event }], event);
  }

  /** @param change the one event of the batch, where its release publishes a policy */
  async #judge(batch: readonly { readonly event: Event }[], change?: Event): Promise<void> {
    if (batch.length === 0) return;
    const events = new Map<string, Event>();
    const arrivals = batch.map(({ event }): Arrival<typeof STAGE> => {
      // Whatever else the event carries is kept and compared as well.
      const { request, ...sections } = event.data;
      if (!events.has(request.id)) events.set(request.id, event);
      return arrivalOf(request, event.time, sections);
    });
    // Signed ahead: the same judgement gives the same release, and whether it rules is for the database to say.
    const releases = this.#releases(events);
    const { diverged, judged, opened } = await this.relay.transaction(async (tx, publish) => {
      const run = <Row>(statement: Statement<Row>, values: readonly unknown[]) =>
        statement.within(tx, values);
      const policy = change === undefined ? undefined : await policyRelease(tx, change);
      const failed = new Set<string>();
      if (policy?.kind === 'fail') {
        failed.add(policy.failed.requestId);
        releases.delete(policy.failed.requestId);
      }
      const { rows, diverged } = await this.alarm.overForeign(STAGE, arrivals, () =>
        recordStage(run, judgementStore(tx, releases, failed), arrivals),
      );
      const judged = rows.flatMap(({ request_id, decided }): Judged[] => {
        const event = events.get(request_id);
        return event === undefined
          ? []
          : [
              {
                event,
                decided,
                release: decided ? releases.get(request_id) : undefined,
                policy: decided ? policy : undefined,
              },
            ];
      });
      publish(
        judged.flatMap(({ event, release }) =>
          release === undefined ? [] : [releasedRecord(event, release)],
        ),
      );
      const reviews = judged.flatMap(({ event, release }) =>
        release === undefined ? [] : (reviewSubmission(event) ?? []),
      );
      const acceptances = await acceptSubmissions(tx, publish, reviews);
      const opened = acceptances.filter((acceptance) => acceptance === 'new').length;
      for (const entry of judged)
        if (entry.policy !== undefined) await carryOut(tx, publish, entry.event, entry.policy);
      return { diverged, judged, opened };
    });
    if (opened > 0) this.metrics.accepted.inc({ door: 'break-glass' }, opened);
    this.alarm.raise(STAGE, diverged);
    for (const entry of judged) this.#tell(entry);
  }

  #releases(events: ReadonlyMap<string, Event>): Map<string, Release> {
    const releases = new Map<string, Release>();
    for (const [id, { data }] of events) {
      if (outcomeOf(data) !== 'released') continue;
      const { request, route, decision } = data;
      const validityMs = releaseValidityMs(route.releaseValidity);
      releases.set(id, this.sign({ request, decision, executor: route.executor, validityMs }));
    }
    return releases;
  }

  #tell(judged: Judged): void {
    const { event, decided, release, policy } = judged;
    const { data, time: at } = event;
    const { request, ...sections } = data;
    const outcome = statusOf(judged);
    if (decided) this.metrics.ended.inc({ status: outcome });
    if (policy?.kind === 'publish') this.metrics.published.inc({ origin: policy.revision.origin });
    if (!this.watch.has(request.id)) return;
    const snapshot: RequestSnapshot = {
      request,
      stages: {
        [STAGE]: { at, data: sections },
        ...(release === undefined ? {} : { 'action.released': { at, data: { release } } }),
        ...(policy?.kind === 'fail'
          ? { 'request.failed': { at: policy.failed.failedAt, data: policy.failed } }
          : {}),
      },
      deadLetters: [],
      ...(decided ? { outcome } : {}),
    };
    this.watch.tell(snapshot);
  }
}
