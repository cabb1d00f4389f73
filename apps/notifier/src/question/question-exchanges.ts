import { exchangeKey, type ReadExchanges } from '../send-mail/exchange.js';
import { type ReviewTokens } from '../send-mail/review-token.js';
import { questions } from './questions.store.js';

/** The path of the page on which a question is answered. */
export const answerPath = (token: string): string => `/answer/${token}`;

/**
 * Reads questions as mails tell them, each with the link to answer it.
 * @param publicUrl without a slash at the end
 */
export const questionExchanges =
  (tokens: ReviewTokens, publicUrl: string): ReadExchanges =>
  async (on, mails) => {
    const found = await questions.find(on, [...new Set(mails.map(({ requestId }) => requestId))]);
    return new Map(
      [...found.values()].flat().map(({ requestId, number, askedBy, text, answer }) => [
        exchangeKey({ requestId, number }),
        {
          asker: askedBy,
          question: text,
          ...(answer === undefined ? {} : { answeredBy: answer.answeredBy, answer: answer.text }),
          answerLink: `${publicUrl}${answerPath(tokens.answerToken(requestId, number))}`,
        },
      ]),
    );
  };
