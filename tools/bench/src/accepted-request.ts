import {
  contentHash,
  type JsonObject,
  type Request,
  requestIdFor,
  type RiskLevel,
} from '@tollgate/contracts';
import { requestBody } from './load-client.js';

/** A request of the workload as intake accepts it, for topics that the bench writes in intake's place. */
export function acceptedRequest(
  action: string,
  environment: string,
  serial: number,
  riskLevel: RiskLevel,
): Request {
  const body = JSON.parse(requestBody(action, environment, serial)) as {
    action: string;
    environment: string;
    target: JsonObject;
    parameters: JsonObject;
    reason: string;
  };
  return {
    id: requestIdFor('bench', String(serial)),
    producer: 'bench',
    requester: 'bench',
    owner: 'person-1',
    onBehalfOf: [],
    ...body,
    riskLevel,
    submittedAt: new Date().toISOString(),
    contentHash: contentHash(body),
    policyRevision: 1,
    redactions: [],
  };
}
