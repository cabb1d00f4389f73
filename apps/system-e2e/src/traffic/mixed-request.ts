import { requestIdFor, type RequestStatus, type SubmitRequest, type Verdict } from '@tollgate/contracts';
import { DEMO_PRODUCER } from '@tollgate/stack';

/** A request of a mix of all outcomes, and what must become of it. */
export interface MixedRequest {
  /** Idempotency key. */
  readonly key: string;
  readonly id: string;
  readonly body: SubmitRequest;
  /** What the person who is asked says; absent where nobody is asked. */
  readonly verdict?: Verdict;
  readonly outcome: RequestStatus;
}

type Kind = Pick<MixedRequest, 'verdict' | 'outcome'> & {
  readonly action: string;
  readonly region: string;
};

const AUTOMATIC: Kind = { action: 'deploy_ci', region: 'eu-west', outcome: 'released' };
const APPROVED: Kind = { action: 'deploy_prod', region: 'eu-west', verdict: 'approve', outcome: 'released' };
const DENIED: Kind = { action: 'deploy_prod', region: 'eu-west', verdict: 'deny', outcome: 'denied' };
const BLOCKED: Kind = { action: 'deploy_prod', region: 'asia-east', verdict: 'approve', outcome: 'blocked' };
const NO_RULE: Kind = { action: 'rotate_dns', region: 'eu-west', outcome: 'denied' };

/** Ten in a row: six decided by automation, three by people, one by nobody. */
const MIX: readonly Kind[] = [
  AUTOMATIC,
  APPROVED,
  AUTOMATIC,
  DENIED,
  AUTOMATIC,
  BLOCKED,
  AUTOMATIC,
  NO_RULE,
  AUTOMATIC,
  AUTOMATIC,
];

/** The `index`-th request of a mix; `name` keeps several mixes apart. */
export function mixedRequest(name: string, index: number): MixedRequest {
  const { action, region, ...expected } = MIX[index % MIX.length] ?? AUTOMATIC;
  const key = `${name}-${index}`;
  return {
    key,
    id: requestIdFor(DEMO_PRODUCER.name, key),
    body: {
      action,
      environment: 'production',
      riskLevel: 'low',
      target: { service: 'checkout', region },
      parameters: { version: `42.0.${index}` },
      reason: `Number ${index} of the mix ${name}.`,
    },
    ...expected,
  };
}

/** A mix of `count` requests. */
export const mixedRequests = (name: string, count: number): MixedRequest[] =>
  Array.from({ length: count }, (_, index) => mixedRequest(name, index));
