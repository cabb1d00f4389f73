import { waitUntil } from '@tollgate/servers';
import { type Stack } from '@tollgate/stack';
import { call } from '../system/intake-client.js';

/** A mail in the mailbox, as its REST interface shows it. */
export interface Mail {
  readonly id: string;
  readonly messageId?: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly to: readonly { readonly address: string }[];
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Everything in the mailbox. */
export async function mails(stack: Stack): Promise<Mail[]> {
  if (stack.mailbox === undefined) throw new Error('the stack has no mailbox');
  return (await call<Mail[]>(stack.mailbox.apiUrl)).body;
}

const isTo = (mail: Mail, address: string): boolean => mail.to.some((to) => to.address === address);

/** The Message-ID of a mail. */
export const messageIdOf = (mail: Mail): string => mail.messageId ?? String(mail.headers['message-id'] ?? '');

/** Waits for the mail to a person about a request, which the Message-ID names. */
export async function mailTo(stack: Stack, address: string, requestId: string): Promise<Mail> {
  let found: Mail | undefined;
  await waitUntil(
    `a mail to ${address} about ${requestId}`,
    async () => {
      found = (await mails(stack)).find(
        (mail) => isTo(mail, address) && messageIdOf(mail).includes(requestId),
      );
      return found !== undefined;
    },
    20_000,
  );
  if (found === undefined) throw new Error('there was a mail and it is gone');
  return found;
}

/** The one link of a mail that leads to its review page. */
export function reviewLink(mail: Mail): string {
  const links = new Set(mail.text.match(/https?:\/\/\S+\/review\/[A-Za-z0-9_-]+/g));
  const [link] = links;
  if (link === undefined || links.size !== 1) throw new Error(`the mail has ${links.size} review links`);
  return link;
}
