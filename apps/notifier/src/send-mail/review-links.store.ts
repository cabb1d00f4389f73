import { RowsStatement } from '../database/rows-statement.js';
import { type RunsOn, Statement } from '../database/statement.js';

/** Whose link it is, and to which request. */
export interface ReviewLink {
  readonly requestId: string;
  readonly person: string;
}

const put = new RowsStatement(
  'review_link_put',
  { token_sha256: 'bytea', request_id: 'uuid', person: 'text' },
  (incoming, present) => `
    INSERT INTO review_link (token_sha256, request_id, person) SELECT * FROM ${incoming} WHERE ${present}
    ON CONFLICT (token_sha256) DO NOTHING`,
);
const find = new Statement<{ request_id: string; person: string }>(
  'review_link_find',
  'SELECT request_id, person FROM review_link WHERE token_sha256 = $1',
);

/** The table `review_link`: the hashes of the tokens that were given out. */
export const reviewLinks = {
  async put(on: RunsOn, links: readonly (ReviewLink & { readonly tokenHash: Buffer })[]): Promise<void> {
    await put.run(
      on,
      links.map(({ tokenHash, requestId, person }) => ({
        token_sha256: tokenHash,
        request_id: requestId,
        person,
      })),
    );
  },

  async find(on: RunsOn, tokenHash: Buffer): Promise<ReviewLink | undefined> {
    const [row] = await find.run(on, tokenHash);
    return row === undefined ? undefined : { requestId: row.request_id, person: row.person };
  },
};
