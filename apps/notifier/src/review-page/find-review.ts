import { overridableFor } from '@tollgate/policy';
import { type DataSource } from 'typeorm';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { type PolicySource } from '../approval/ruling-policy.js';
import { personsNamed } from '../ask/describe-ask.js';
import { contacts } from '../contacts/contacts.store.js';
import { votes } from '../cast-vote/votes.store.js';
import { questions } from '../question/questions.store.js';
import { reviewLinks } from '../send-mail/review-links.store.js';
import { looksLikeToken, tokenHash } from '../send-mail/review-token.js';
import { type Review } from './review.js';

/** Reads what a review page shows. Reading changes nothing. */
export class FindReview {
  /** @param policy where absent, nobody is offered to override a guardrail */
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy?: Pick<PolicySource, 'current'>,
  ) {}

  /**
   * Reads what a link opens.
   * @returns undefined for a token that was never given out
   */
  async find(token: string): Promise<Review | undefined> {
    if (!looksLikeToken(token)) return undefined;
    const link = await reviewLinks.find(this.dataSource, tokenHash(token));
    if (link === undefined) return undefined;
    return this.findFor(link.person, link.requestId);
  }

  /**
   * Reads a request as its page shows it to somebody; whether they may see it is not asked here.
   * @returns undefined where it has not been routed to people or software yet
   */
  async findFor(person: string, requestId: string): Promise<Review | undefined> {
    const [row] = await approvals.find(this.dataSource, [requestId]);
    if (row === undefined) return undefined;
    const approval = approvalOf(row);
    const cast = row.votes > 0 ? await votes.find(this.dataSource, [requestId]) : new Map<string, never[]>();
    const said = (cast.get(requestId) ?? []).map(({ vote }) => vote);
    const asked =
      (await questions.find(this.dataSource, row.questions > 0 ? [requestId] : [])).get(requestId) ?? [];
    const ruling = approval.status === 'pending' ? this.policy?.current()?.policy : undefined;
    return {
      person,
      approval,
      overridable: ruling === undefined ? [] : overridableFor(ruling, approval.file, person),
      votes: said,
      questions: asked,
      contacts: await contacts.find(this.dataSource, [
        ...personsNamed(approval, said),
        ...asked.map(({ askedBy }) => askedBy),
        person,
      ]),
      now: row.now,
    };
  }
}
