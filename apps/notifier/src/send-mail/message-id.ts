import { createHash } from 'node:crypto';

/** What a mail is about; there is one mail of a kind per request, person and step. */
export interface MailIdentity {
  readonly requestId: string;
  readonly person: string;
  readonly kind: 'asked' | 'reminded' | 'decided';
  readonly step: number;
}

/**
 * The Message-ID (RFC 5322) of a mail, the same however often it is sent. The person's id is in it as a hash.
 * @param domain of the sender's address
 */
export function messageIdOf({ requestId, person, kind, step }: MailIdentity, domain: string): string {
  const who = createHash('sha256').update(person).digest('hex').slice(0, 16);
  return `<${requestId}.${step}.${kind}.${who}@${domain}>`;
}

/** What all mails about a request refer to, so that they lie in one thread. */
export const threadIdOf = (requestId: string, domain: string): string => `<${requestId}@${domain}>`;

/** The domain of a sender, given as an address or as `Name <address>`. */
export const domainOf = (sender: string): string => /@([^\s@>]+)>?$/.exec(sender.trim())?.[1] ?? 'localhost';
