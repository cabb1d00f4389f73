import {
  contentHash,
  type JsonObject,
  newEvent,
  type Request,
  requestIdFor,
  type RequestContent,
  type TopicEvent,
} from '@tollgate/contracts';

const SUBMITTED_AT = '2026-11-01T10:00:00.000Z';

/** The event of a request by the demo's producer; `key` tells requests apart. */
export function aSubmittedEvent(
  key: string,
  given: Partial<
    RequestContent & Pick<Request, 'riskLevel' | 'requester' | 'policyRevision' | 'breakGlass'>
  > = {},
): TopicEvent<'request.submitted'> {
  const { riskLevel = 'low', requester = 'ci-bot', policyRevision = 1, breakGlass, ...content } = given;
  const wanted = {
    action: 'deploy_prod',
    environment: 'production',
    target: { region: 'us-east' } as JsonObject,
    parameters: {},
    ...content,
  };
  const id = requestIdFor('ci-bot', key);
  return newEvent({
    topic: 'request.submitted',
    service: 'intake',
    key: id,
    requestId: id,
    time: SUBMITTED_AT,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: {
      request: {
        id,
        producer: 'ci-bot',
        requester,
        owner: 'alice',
        onBehalfOf: [],
        ...wanted,
        riskLevel,
        reason: 'a new version',
        submittedAt: SUBMITTED_AT,
        contentHash: contentHash(wanted),
        policyRevision,
        redactions: [],
        ...(breakGlass === undefined ? {} : { breakGlass }),
      },
    },
  });
}
