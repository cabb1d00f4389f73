import { type DataSource } from 'typeorm';
import { type MailIdentity } from './message-id.js';

/** A question of an approver to the requester, as mails tell it; texts are as they came. */
export interface Exchange {
  /** Person id of who asks. */
  readonly asker: string;
  readonly question: string;
  /** Person id, or producer, of who answered. */
  readonly answeredBy?: string;
  readonly answer?: string;
  /** Where the requester answers, where there is a page for it. */
  readonly answerLink?: string;
}

/** Which question a mail is about: mails of kind `question` and `answer` have its number. */
export const exchangeKey = ({ requestId, number }: Pick<MailIdentity, 'requestId' | 'number'>): string =>
  `${requestId}|${number}`;

/** Reads the questions that mails are about, by {@link exchangeKey}; one that is missing makes no mail. */
export type ReadExchanges = (
  on: DataSource,
  mails: readonly Pick<MailIdentity, 'requestId' | 'number'>[],
) => Promise<ReadonlyMap<string, Exchange>>;
