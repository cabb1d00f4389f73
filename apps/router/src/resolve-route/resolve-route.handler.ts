import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type IncomingEvent, outgoing, type OutgoingRecord } from '@tollgate/messaging';
import { type CompiledPolicy } from '@tollgate/policy';
import { PolicyRevisions } from '@tollgate/runtime';
import { resolveRoute } from './resolve-route.js';

/** Gives each submitted request its route, by the revision that ruled when it was submitted. */
@Controller()
export class ResolveRouteHandler {
  constructor(private readonly revisions: PolicyRevisions<CompiledPolicy>) {}

  @EventPattern('request.submitted')
  async resolve({ event }: IncomingEvent<'request.submitted'>): Promise<OutgoingRecord> {
    const compiled = await this.revisions.get(event.data.request.policyRevision);
    return outgoing(resolveRoute(event, compiled), 'route.resolved');
  }
}
