import { documentHash, type JsonObject, newEvent, type TopicEvent } from '@tollgate/contracts';
import { A_DIRECTORY, A_POLICY } from './a-policy.js';

/** The event that brings a revision; the policy of the specs unless told. */
export function aPublishedPolicy(
  revision: number,
  policy: JsonObject = A_POLICY,
  directory: JsonObject = A_DIRECTORY,
): TopicEvent<'policy.published'> {
  // Later ones came shortly before the decisions of the specs, so that these may have been made by the first.
  const publishedAt = revision === 1 ? '2026-10-01T08:00:00.000Z' : '2026-11-01T10:00:30.000Z';
  return newEvent({
    topic: 'policy.published',
    service: 'intake',
    key: String(revision),
    time: publishedAt,
    data: {
      revision,
      documentHash: documentHash(policy, directory),
      policy,
      directory,
      origin: revision === 1 ? 'first-start' : 'release',
      publishedAt,
    },
  });
}
