import { type RequestStatusDocument } from '@tollgate/contracts';
import { type Stack } from '@tollgate/stack';

/** An answer of HTTP, read. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Calls a service and reads its answer as JSON. */
export async function call<Body>(url: string, init: RequestInit = {}): Promise<Answer<Body>> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? undefined : JSON.parse(text)) as Body,
  };
}

/** A credential as a header. */
export const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** Submits a request as the demo's producer. */
export const submit = (stack: Stack, body: unknown, key?: string): Promise<Answer<RequestStatusDocument>> =>
  call(`${stack.urls.intake}/v1/requests`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...bearer(stack.credentials.producerKey),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });

/** The status document of a request, held until it is final where that is wanted. */
export async function statusOf(stack: Stack, id: string, waitS = 0): Promise<RequestStatusDocument> {
  const answer = await call<RequestStatusDocument>(`${stack.urls.intake}/v1/requests/${id}`, {
    headers: { ...bearer(stack.credentials.operatorKey), ...(waitS > 0 ? { prefer: `wait=${waitS}` } : {}) },
  });
  if (answer.status !== 200) throw new Error(`request ${id}: HTTP ${answer.status}`);
  return answer.body;
}
