import { type VoteCast } from '@tollgate/contracts';
import { type EntityManager } from 'typeorm';
import { votes } from '../cast-vote/votes.store.js';
import { RowsStatement } from '../database/rows-statement.js';
import { Statement } from '../database/statement.js';

const known = new Statement<{ readonly request_id: string }>(
  'restore_votes_lock',
  'SELECT request_id FROM approval WHERE request_id = ANY ($1::uuid[]) ORDER BY request_id FOR UPDATE',
);
const count = new RowsStatement(
  'restore_vote_count',
  { request_id: 'uuid', votes: 'integer' },
  (incoming, present) =>
    `UPDATE approval SET votes = incoming.votes FROM ${incoming} WHERE ${present} AND approval.request_id = incoming.request_id`,
);

/**
 * Puts votes on record that are not, in the order in which they were cast, each counted or not as it was then. By which view
 * of a page one was cast is on no topic: a form that is still open somewhere may be sent once more, and says the same.
 */
export async function restoreVotes(tx: EntityManager, cast: readonly VoteCast[]): Promise<void> {
  const byRequest = Map.groupBy(cast, ({ requestId }) => requestId);
  const open = (await known.run(tx, [...byRequest.keys()])).map((row) => row.request_id);
  const recorded = await votes.find(tx, open);
  const added = open.flatMap((requestId) => {
    const before = recorded.get(requestId) ?? [];
    const isKnown = (said: VoteCast): boolean =>
      before.some((one) => one.vote.person === said.vote.person && one.count === said.count);
    return (byRequest.get(requestId) ?? [])
      .filter((said) => !isKnown(said))
      .map(({ vote, count: nth }, index) => ({
        requestId,
        number: before.length + index + 1,
        count: nth,
        vote,
      }));
  });
  await votes.insert(tx, added);
  const last = new Map(added.map(({ requestId, number }) => [requestId, number]));
  await count.run(
    tx,
    [...last].map(([requestId, number]) => ({ request_id: requestId, votes: number })),
  );
}
