import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type DecisionMade } from '@tollgate/contracts';
import { type IncomingEvent, outgoing, type OutgoingRecord } from '@tollgate/messaging';
import { type CompiledPolicy, voiceOf } from '@tollgate/policy';
import { PolicyRevisions } from '@tollgate/runtime';
import { Activity } from './activity.js';
import { DelegationsOfDecisions } from './delegations-of-decisions.js';
import { type Distrust } from './distrust.js';
import { DistrustAlarm } from './distrust-alarm.js';
import { distrustContent } from './distrust-content.js';
import { distrustDecision } from './distrust-decision.js';
import { delegatedVotes, distrustDelegations } from './distrust-delegations.js';
import { distrustRoute } from './distrust-route.js';
import { countedVotes, distrustGlassBreaker, distrustVoters, glassBreaker } from './distrust-voters.js';
import { evaluateGuardrails } from './evaluate-guardrails.js';

const NOT_RULING: Distrust = {
  why: 'revision',
  detail: 'it names a policy revision that did not rule when it was decided',
};

/** Judges each decision that can be trusted by the guardrails of the revision that ruled when it was made. */
@Controller()
export class EvaluateGuardrailsHandler {
  readonly #activity: Activity;

  constructor(
    private readonly revisions: PolicyRevisions<CompiledPolicy>,
    private readonly delegations: DelegationsOfDecisions,
    private readonly alarm: DistrustAlarm,
  ) {
    this.#activity = new Activity(revisions);
  }

  @EventPattern('decision.made')
  async evaluate({ event }: Pick<IncomingEvent<'decision.made'>, 'event'>): Promise<OutgoingRecord> {
    const { data } = event;
    this.alarm.refuse(data, distrustContent(data));
    const { request, decision } = data;
    const ruling = await this.revisions.get(decision.policyRevision);
    const atSubmission = await this.revisions.get(request.policyRevision);
    this.alarm.refuse(
      data,
      this.#distrustRevision(data) ?? distrustRoute(data, atSubmission) ?? distrustDecision(data),
    );
    if (countedVotes(data).length > 0) await this.#refuseVoters(data, ruling);
    await this.#refuseGlassBreaker(data, ruling);
    return outgoing(evaluateGuardrails(event, ruling), 'guardrail.evaluated');
  }

  #distrustRevision({ request, decision }: DecisionMade): Distrust | undefined {
    const { policyRevision, decidedAt } = decision;
    return policyRevision < request.policyRevision ||
      this.#activity.isOverruled(policyRevision, Date.parse(decidedAt))
      ? NOT_RULING
      : undefined;
  }

  async #refuseGlassBreaker(data: DecisionMade, ruling: CompiledPolicy): Promise<void> {
    const person = glassBreaker(data);
    if (person === undefined) return;
    const activeUntil = await this.#activity.activeUntil([person], data.request.policyRevision, ruling);
    this.alarm.refuse(data, distrustGlassBreaker(data, { activeUntil }));
  }

  async #refuseVoters(data: DecisionMade, ruling: CompiledPolicy): Promise<void> {
    const voters = countedVotes(data).flatMap((vote) => [vote.person, voiceOf(vote)]);
    const activeUntil = await this.#activity.activeUntil(
      new Set(voters),
      data.request.policyRevision,
      ruling,
    );
    // Of a vote for another the delegation says more, and it may have to be waited for.
    if (delegatedVotes(data).length > 0) {
      const find = await this.delegations.known(data);
      this.alarm.refuse(data, distrustDelegations(data, { find, ruling, activeUntil }));
    }
    this.alarm.refuse(data, distrustVoters(data, { ruling, activeUntil }));
  }
}
