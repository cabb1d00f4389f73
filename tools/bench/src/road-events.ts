import {
  type Decision,
  type EventData,
  type EventTopic,
  newEvent,
  type Release,
  releaseIdFor,
  type ServiceName,
  type Vote,
} from '@tollgate/contracts';
import { type OutgoingRecord, outgoing } from '@tollgate/messaging';
import { type CompiledPolicy, judgeAtGate, resolveRoute } from '@tollgate/policy';
import { acceptedRequest } from './accepted-request.js';

const SECOND_MS = 1_000;

/**
 * The records of one request from the door to its release, as the services would write them: a lead approves, every rule of
 * the ledger holds.
 * @param serial tells requests apart; the same gives the same records
 * @param submittedAt ms since 1970
 */
export function roadRecords(policy: CompiledPolicy, serial: number, submittedAt: number): OutgoingRecord[] {
  const at = (seconds: number): string => new Date(submittedAt + seconds * SECOND_MS).toISOString();
  const request = { ...acceptedRequest('deploy_prod', 'production', serial, 'high'), submittedAt: at(0) };
  const { id } = request;
  const route = resolveRoute(policy, request);
  const vote: Vote = {
    person: serial % 2 === 0 ? 'ann' : 'bea',
    step: 0,
    verdict: 'approve',
    reason: 'looks right to me',
    at: at(2),
    authentication: 'passkey',
    counted: true,
  };
  const decision: Decision = {
    outcome: 'approved',
    decidedBy: 'people',
    step: 0,
    openedAt: at(1),
    deadline: at(1 + 4 * 3_600),
    votes: [vote],
    overrides: [],
    decidedAt: at(2),
    explanation: 'Approved by a lead.',
    policyRevision: 1,
  };
  const guardrail = judgeAtGate(policy, { request, route, decision });
  const release: Release = {
    id: releaseIdFor(id),
    token: `eyJhbGciOiJFZERTQSJ9.${'c29tZSBjbGFpbXM'.repeat(40)}.${'c2lnbmF0dXJl'.repeat(7)}`,
    audience: 'bench',
    expiresAt: at(902),
    releasedAt: at(3),
  };
  let cause: string | undefined;
  const record = <Topic extends EventTopic>(
    topic: Topic,
    service: ServiceName,
    key: string,
    data: EventData<Topic>,
  ): OutgoingRecord => {
    const event = newEvent({
      topic,
      service,
      key,
      requestId: id,
      time: at(3),
      data,
      ...(cause === undefined ? {} : { cause: { id: cause } }),
    });
    cause = event.id;
    return outgoing(event, topic, { key, partitionKey: id });
  };
  return [
    record('request.submitted', 'intake', id, { request }),
    record('route.resolved', 'router', id, { request, route }),
    record('vote.cast', 'notifier', `${id}/${vote.person}/1`, { requestId: id, count: 1, vote }),
    record('decision.made', 'notifier', id, { request, route, decision }),
    record('guardrail.evaluated', 'guardrail', id, { request, route, decision, guardrail }),
    record('action.released', 'intake', id, { request, route, decision, guardrail, release }),
  ];
}
