import { type LanesLogger } from '../lanes-logger.js';
import { type RelaySession } from './relay-session.js';

/** How long a row is kept after it went out: for people who want to look. */
const KEPT = '1 day';
const CHUNK = 5_000;

const OLDEST = `
  SELECT r.relay, r.published_through, o.seq, o.created_at < now() - interval '${KEPT}' AS old
  FROM outbox_relay r CROSS JOIN LATERAL (
    SELECT seq, created_at FROM outbox WHERE relay = r.relay ORDER BY seq LIMIT 1) o`;

const REMOVE = `
  DELETE FROM outbox
  WHERE relay = $1 AND seq < $2 AND seq <= $3 AND created_at < now() - interval '${KEPT}'`;

const EMPTY = `
  SELECT relay FROM outbox_relay r
  WHERE relay <> $1 AND started_at < now() - interval '${KEPT}'
    AND NOT EXISTS (SELECT FROM outbox o WHERE o.relay = r.relay)`;

/** Removes rows that went out more than a day ago, oldest first, and relays of which nothing is left. */
export async function cleanOutbox(session: RelaySession, own: number, logger: LanesLogger): Promise<void> {
  const oldest = (await session.query(OLDEST)) as {
    relay: string;
    published_through: string;
    seq: string;
    old: boolean;
  }[];
  let removed = 0;
  for (const { relay, published_through, seq, old } of oldest) {
    if (!old) continue;
    for (let from = Number(seq); from <= Number(published_through); from += CHUNK) {
      const result = await session.query(REMOVE, [relay, from + CHUNK, published_through]);
      const count = Array.isArray(result) ? Number(result[1]) : 0;
      removed += count;
      if (count === 0) break;
    }
  }
  const empty = (await session.query(EMPTY, [own])) as { relay: string }[];
  for (const { relay } of empty) {
    // One whose lock is taken lives, and has had nothing to say for a day.
    if (!(await session.tryLock(Number(relay)))) continue;
    await session.query('DELETE FROM outbox_relay WHERE relay = $1', [relay]);
    await session.unlock(Number(relay));
  }
  if (removed > 0) logger.info({ rows: removed }, 'removed old rows from the outbox');
}
