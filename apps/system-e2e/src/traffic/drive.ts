import { type Stack } from '@tollgate/stack';
import { tokenOf, vote } from '../approver/vote-by-token.js';
import { submit } from '../system/intake-client.js';
import { type MixedRequest } from './mixed-request.js';
import { forEachOf, untilAnswered } from './until-answered.js';

const SUBMITTERS = 16;
const VOTERS = 8;

/** Submits requests until each is accepted, whatever happens to the system meanwhile. */
export const submitAll = (
  stack: Stack,
  requests: readonly MixedRequest[],
  onAccepted?: () => void,
): Promise<void> =>
  forEachOf(requests, SUBMITTERS, async ({ key, body }) => {
    await untilAnswered(() => submit(stack, body, key), [202]);
    onAccepted?.();
  });

/** Lets a person say about each request what it is meant to get, as soon as they are asked. */
export async function decideAll(
  stack: Stack,
  person: string,
  requests: readonly MixedRequest[],
): Promise<void> {
  const token = await tokenOf(stack, person);
  await forEachOf(requests, VOTERS, async ({ id, verdict }) => {
    if (verdict === undefined) return;
    // 404: not open yet. 409: the vote counted, and its answer was lost with the service.
    await untilAnswered(
      () => vote(stack, token, id, verdict, `${person} says ${verdict}`),
      [200, 409],
      [404],
    );
  });
}
