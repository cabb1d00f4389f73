import { type LanesLogger } from '@tollgate/messaging';
import { MailRound } from './mail-round.js';
import { processorBusy } from './processor-busy.js';
import { SendDigests } from './send-digests.js';
import { SendMails, type SendMailsParts } from './send-mails.js';

/** What the notifier needs to send mails. */
export interface MailSettings extends SendMailsParts {
  readonly perSecond: number;
  readonly logger: LanesLogger;
}

/** The round that sends mails: digests whose time has come, then what is new. */
export function composeMailRound(settings: MailSettings): MailRound {
  const [mails, digests] = [new SendMails(settings), new SendDigests(settings)];
  return new MailRound(
    {
      async pass(limit) {
        const first = await digests.pass();
        const then = await mails.pass(limit);
        return {
          taken: first.taken + then.taken,
          sent: first.sent + then.sent,
          failed: first.failed + then.failed,
          untried: first.untried + then.untried,
        };
      },
    },
    { perSecond: settings.perSecond, busy: processorBusy() },
    settings.logger,
  );
}
