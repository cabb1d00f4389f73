import { type Vote } from '@tollgate/contracts';
import { type DataSource } from 'typeorm';
import { type Approval } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { personsNamed } from '../ask/describe-ask.js';
import { votes } from '../cast-vote/votes.store.js';
import { type Contact } from '../contacts/contact.js';
import { contacts } from '../contacts/contacts.store.js';
import { type Exchange, type ReadExchanges } from './exchange.js';
import { type MailIdentity } from './message-id.js';
import { reviewLinks } from './review-links.store.js';
import { type ReviewTokens, tokenHash } from './review-token.js';

/** What a pass reads for all its mails at once. */
export interface MailMaterial {
  readonly approvals: ReadonlyMap<string, Approval>;
  /** The votes on a request, in the order in which they were cast. */
  readonly said: (requestId: string) => Vote[];
  /** Of everybody whom the mails name, and of their readers. */
  readonly contacts: ReadonlyMap<string, Contact>;
  /** The questions that mails are about. */
  readonly exchanges: ReadonlyMap<string, Exchange>;
}

/** Mails to the people who are asked; these have a review link. */
export const isToApprover = ({ kind }: Pick<MailIdentity, 'kind'>): boolean =>
  kind !== 'result' && kind !== 'question';

/**
 * Reads what mails say, and makes their review links work before anybody reads them.
 * @param on a connection of its own: what it writes does not wait for the mails
 */
export async function readMaterial(
  on: DataSource,
  { tokens, exchanges }: { readonly tokens: ReviewTokens; readonly exchanges?: ReadExchanges },
  mails: readonly MailIdentity[],
  readers: readonly string[] = mails.map(({ person }) => person),
): Promise<MailMaterial> {
  const ids = [...new Set(mails.map(({ requestId }) => requestId))];
  const rows = ids.length === 0 ? [] : await approvals.find(on, ids);
  const found = new Map(rows.map((row) => [row.request_id, approvalOf(row)]));
  const cast = await votes.find(
    on,
    rows.filter((row) => row.votes > 0).map((row) => row.request_id),
  );
  const said = (requestId: string) => (cast.get(requestId) ?? []).map(({ vote }) => vote);
  const about = mails.filter(({ kind }) => kind === 'question' || kind === 'answer');
  const asked =
    exchanges === undefined || about.length === 0 ? new Map<string, Exchange>() : await exchanges(on, about);
  const named = new Set([
    ...[...asked.values()].map(({ asker }) => asker),
    ...readers,
    ...[...found.values()].flatMap((approval) => personsNamed(approval, said(approval.requestId))),
  ]);
  const known = named.size === 0 ? new Map<string, Contact>() : await contacts.find(on, [...named]);
  await reviewLinks.put(
    on,
    mails.filter(isToApprover).map(({ requestId, person }) => ({
      requestId,
      person,
      tokenHash: tokenHash(tokens.linkToken(requestId, person)),
    })),
  );
  return { approvals: found, said, contacts: known, exchanges: asked };
}
