import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type IncomingEvent } from '@tollgate/messaging';
import { OpenApprovals } from './open-approvals.js';

/** Reads route.resolved. */
@Controller()
export class OpenApprovalHandler {
  constructor(private readonly openApprovals: OpenApprovals) {}

  @EventPattern('route.resolved', { batch: true })
  async open(batch: readonly IncomingEvent<'route.resolved'>[]): Promise<void> {
    await this.openApprovals.open(batch.map(({ event }) => event));
  }
}
