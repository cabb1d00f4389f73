import { type DataSource } from 'typeorm';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { personsNamed } from '../ask/describe-ask.js';
import { contacts } from '../contacts/contacts.store.js';
import { votes } from '../cast-vote/votes.store.js';
import { reviewLinks } from '../send-mail/review-links.store.js';
import { looksLikeToken, tokenHash } from '../send-mail/review-token.js';
import { type Review } from './review.js';

/** Reads what a link opens. Reading changes nothing. */
export class FindReview {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns undefined for a token that was never given out */
  async find(token: string): Promise<Review | undefined> {
    if (!looksLikeToken(token)) return undefined;
    const link = await reviewLinks.find(this.dataSource, tokenHash(token));
    if (link === undefined) return undefined;
    const [row] = await approvals.find(this.dataSource, [link.requestId]);
    if (row === undefined) return undefined;
    const approval = approvalOf(row);
    const cast =
      row.votes > 0 ? await votes.find(this.dataSource, [link.requestId]) : new Map<string, never[]>();
    const said = (cast.get(link.requestId) ?? []).map(({ vote }) => vote);
    return {
      person: link.person,
      approval,
      votes: said,
      contacts: await contacts.find(this.dataSource, [...personsNamed(approval, said), link.person]),
      now: row.now,
    };
  }
}
