import { describeAsk } from '../ask/describe-ask.js';
import { describeOutcome } from '../ask/describe-outcome.js';
import { composeExchange } from './compose-exchange.js';
import { composeMail } from './compose-mail.js';
import { composeOutcome } from './compose-outcome.js';
import { type ComposedMail } from './composed-mail.js';
import { exchangeKey } from './exchange.js';
import { type MailMaterial } from './mail-material.js';
import { type MailIdentity } from './message-id.js';

/**
 * What a mail says as things stand.
 * @param link the person's review link
 * @returns undefined where there is nothing to say: a decision or a question that is none
 */
export function mailContent(
  { requestId, person, kind, number }: MailIdentity,
  { approvals, said, contacts, exchanges }: MailMaterial,
  link: string,
): ComposedMail | undefined {
  const approval = approvals.get(requestId);
  if (approval === undefined)
    throw new Error(`the approval of the queued mail for request ${requestId} is gone`);
  switch (kind) {
    case 'asked':
    case 'reminded':
      return composeMail(describeAsk(approval, person, said(requestId), contacts), link, kind);
    case 'decided':
    case 'result':
    case 'break-glass': {
      const outcome = describeOutcome(approval, person, contacts);
      return outcome === undefined ? undefined : composeOutcome(outcome, kind);
    }
    case 'question':
    case 'answer': {
      const exchange = exchanges.get(exchangeKey({ requestId, number }));
      if (exchange === undefined) return undefined;
      const ask = describeAsk(approval, person, said(requestId), contacts);
      return composeExchange(kind, ask, exchange, contacts, link);
    }
  }
}
