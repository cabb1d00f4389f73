import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type IncomingEvent } from '@tollgate/messaging';
import { CancelApprovals } from './cancel-approvals.js';

/** Reads request.withdrawn. */
@Controller()
export class CancelApprovalHandler {
  constructor(private readonly cancelApprovals: CancelApprovals) {}

  @EventPattern('request.withdrawn', { batch: true })
  async cancel(batch: readonly IncomingEvent<'request.withdrawn'>[]): Promise<void> {
    await this.cancelApprovals.cancel(batch.map(({ event }) => event));
  }
}
