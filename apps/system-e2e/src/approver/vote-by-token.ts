import { type Verdict } from '@tollgate/contracts';
import { signPersonToken } from '@tollgate/cli';
import { type Stack } from '@tollgate/stack';
import { type Answer, bearer, call } from '../system/intake-client.js';

/** A bearer token of a person, as the development issuer signs it. */
export const tokenOf = (stack: Stack, person: string, given: { passkey?: boolean } = {}): Promise<string> =>
  signPersonToken(stack.credentials.developmentIssuer, {
    person,
    now: new Date(),
    validForMs: 3_600_000,
    ...given,
  });

/** What a vote is answered with. */
export interface VoteAnswer {
  readonly requestId: string;
  readonly counted: boolean;
  readonly status: string;
}

/** Votes through the approvers' API. */
export const vote = (
  stack: Stack,
  token: string,
  requestId: string,
  verdict: Verdict,
  reason = '',
): Promise<Answer<VoteAnswer>> =>
  call(`${stack.urls.notifier}/v1/approvals/${requestId}/votes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(token) },
    body: JSON.stringify({ verdict, reason }),
  });
