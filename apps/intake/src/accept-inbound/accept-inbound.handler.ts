import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { INBOUND_TOPICS, producerOfInboundTopic } from '@tollgate/contracts';
import { type IncomingRecord, OutboxRelay, TransientError } from '@tollgate/messaging';
import { DataSource } from 'typeorm';
import { textArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { RulingPolicy } from '../publish-policy/ruling-policy.js';
import { ScanSecrets } from '../scan-secrets/scan-secrets.js';
import { SECRET_DETECTED } from '../scan-secrets/secret-problem.js';
import { acceptSubmissions } from '../submit-request/accept-submissions.js';
import {
  conflict,
  type Inbound,
  type InboundDoor,
  readInboundRequest,
  rejectedRecord,
} from './inbound-request.js';

const OWNERS = new Statement<{ name: string; owner: string }>(
  'producer-owners',
  'SELECT name, owner FROM producer WHERE name = ANY ($1::text[])',
);

/**
 * The inbound door: what producers write to their own topics becomes requests. A producer's nonsense is answered by
 * `request.rejected` and never stops the lane.
 */
@Controller()
export class AcceptInboundHandler {
  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly policy: RulingPolicy,
    private readonly metrics: IntakeMetrics,
    private readonly scan: ScanSecrets,
  ) {}

  @EventPattern(INBOUND_TOPICS, { batch: true, raw: true })
  async accept(batch: IncomingRecord[]): Promise<void> {
    const policyRevision = this.policy.revision;
    if (policyRevision === 0) throw new TransientError('no policy rules yet');
    const door: InboundDoor = {
      owners: await this.#owners(batch),
      policyRevision,
      submittedAt: new Date().toISOString(),
      scan: this.scan,
    };
    await this.#take(await Promise.all(batch.map((record) => readInboundRequest(record, door))));
  }

  async #owners(batch: readonly IncomingRecord[]): Promise<Map<string, string>> {
    const names = new Set(batch.flatMap(({ topic }) => producerOfInboundTopic(topic) ?? []));
    const rows = await OWNERS.alone(this.dataSource, [textArray([...names])]);
    return new Map(rows.map(({ name, owner }) => [name, owner]));
  }

  /** One transaction: the requests, their events, and the refusals. */
  async #take(inbound: readonly Inbound[]): Promise<void> {
    const submissions = inbound.flatMap((entry) => (entry.kind === 'submission' ? [entry] : []));
    const rejections = inbound.flatMap((entry) => (entry.kind === 'rejection' ? [entry] : []));
    const { accepted, rejected } = await this.relay.transaction(async (tx, publish) => {
      const acceptances = await acceptSubmissions(
        tx,
        publish,
        submissions.map(({ submission }) => submission),
      );
      const conflicts = submissions.filter((_, index) => acceptances[index] === 'conflict');
      const refusals = [
        ...rejections.map(({ record, reasons }) => rejectedRecord(record, reasons)),
        ...conflicts.map(({ record }) => rejectedRecord(record, [conflict()])),
      ];
      publish(refusals);
      return {
        accepted: acceptances.filter((acceptance) => acceptance === 'new').length,
        rejected: refusals.length,
      };
    });
    this.metrics.accepted.inc({ door: 'inbound' }, accepted);
    this.metrics.rejected.inc(rejected);
    const refused = rejections.filter(({ reasons }) => reasons.some(({ type }) => type === SECRET_DETECTED));
    const redacted = submissions.filter(({ submission }) => submission.request.redactions.length > 0);
    this.metrics.secrets.inc({ door: 'inbound', outcome: 'refused' }, refused.length);
    this.metrics.secrets.inc({ door: 'inbound', outcome: 'redacted' }, redacted.length);
  }
}
