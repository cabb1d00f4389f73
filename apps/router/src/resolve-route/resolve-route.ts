import { newEvent, type TopicEvent } from '@tollgate/contracts';
import { type CompiledPolicy, resolveRoute as resolve } from '@tollgate/policy';

/**
 * `request.submitted` → `route.resolved`. The same event and revision always give the same event.
 * @param submitted the request as it was accepted
 * @param compiled the revision stamped on the request
 */
export function resolveRoute(
  submitted: TopicEvent<'request.submitted'>,
  compiled: CompiledPolicy,
): TopicEvent<'route.resolved'> {
  const { request } = submitted.data;
  return newEvent({
    topic: 'route.resolved',
    service: 'router',
    key: request.id,
    requestId: request.id,
    time: submitted.time,
    cause: submitted,
    data: { ...submitted.data, route: resolve(compiled, request) },
  });
}
