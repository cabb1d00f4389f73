import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type DecisionMade } from '@tollgate/contracts';
import { type IncomingEvent, outgoing, type OutgoingRecord, PermanentError } from '@tollgate/messaging';
import { type CompiledPolicy, UnknownQuorumError } from '@tollgate/policy';
import { PolicyRevisions } from '@tollgate/runtime';
import { DelegationsOfDecisions } from './delegations-of-decisions.js';
import { distrustDecision } from './distrust-decision.js';
import { delegatedVotes, distrustDelegations } from './distrust-delegations.js';
import { evaluateGuardrails } from './evaluate-guardrails.js';

function refuseDistrusted(data: DecisionMade): void {
  let fault: string | undefined;
  try {
    fault = distrustDecision(data);
  } catch (error) {
    if (!(error instanceof UnknownQuorumError)) throw error;
    fault = error.message;
  }
  refuse(fault);
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new PermanentError(`the decision cannot be trusted: ${fault}`);
}

/** Judges each decision by the guardrails of the revision that ruled when it was made. */
@Controller()
export class EvaluateGuardrailsHandler {
  constructor(
    private readonly revisions: PolicyRevisions<CompiledPolicy>,
    private readonly delegations: DelegationsOfDecisions,
  ) {}

  @EventPattern('decision.made')
  async evaluate({ event }: IncomingEvent<'decision.made'>): Promise<OutgoingRecord> {
    refuseDistrusted(event.data);
    const { request, decision } = event.data;
    const compiled = await this.revisions.get(decision.policyRevision);
    if (delegatedVotes(event.data).length > 0) {
      const find = await this.delegations.known(event.data);
      const atSubmission = await this.revisions.get(request.policyRevision);
      refuse(
        distrustDelegations(event.data, { find, ruling: compiled, revisions: [atSubmission, compiled] }),
      );
    }
    return outgoing(evaluateGuardrails(event, compiled), 'guardrail.evaluated');
  }
}
