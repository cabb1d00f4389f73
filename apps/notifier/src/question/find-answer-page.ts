import { type DataSource } from 'typeorm';
import { type Approval, type Instant } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { personsNamed } from '../ask/describe-ask.js';
import { type Contact } from '../contacts/contact.js';
import { contacts } from '../contacts/contacts.store.js';
import { looksLikeToken, tokenHash } from '../send-mail/review-token.js';
import { type Question } from './question.js';
import { questions } from './questions.store.js';

/** What the link to answer a question opens. */
export interface AnswerView {
  /** Who is to answer. */
  readonly person: string;
  readonly approval: Approval;
  readonly question: Question;
  readonly contacts: ReadonlyMap<string, Contact>;
  /** The database's clock. */
  readonly now: Instant;
}

/** Reads what the page to answer a question shows. Reading changes nothing. */
export class FindAnswerPage {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns undefined for a token that was never given out */
  async find(token: string): Promise<AnswerView | undefined> {
    if (!looksLikeToken(token)) return undefined;
    const place = await questions.findByToken(this.dataSource, tokenHash(token));
    if (place === undefined) return undefined;
    const { requestId, number } = place;
    const [row] = await approvals.find(this.dataSource, [requestId]);
    const asked = (await questions.find(this.dataSource, [requestId])).get(requestId) ?? [];
    const question = asked.find((one) => one.number === number);
    if (row === undefined || question === undefined) return undefined;
    const approval = approvalOf(row);
    return {
      person: question.askedOf,
      approval,
      question,
      contacts: await contacts.find(this.dataSource, [
        ...personsNamed(approval, []),
        question.askedBy,
        question.askedOf,
      ]),
      now: row.now,
    };
  }
}
