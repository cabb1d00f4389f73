import { createHash } from 'node:crypto';
import { type MailKind } from '@tollgate/contracts';

const hashOf = (person: string): string => createHash('sha256').update(person).digest('hex').slice(0, 16);

/** What a mail is about; there is one mail of a kind per request, person, step and number. */
export interface MailIdentity {
  readonly requestId: string;
  readonly person: string;
  readonly kind: MailKind;
  readonly step: number;
  /** Tells the mails of a kind apart that repeat: the how-manieth reminder or question; 0 where there is one only. */
  readonly number: number;
}

/**
 * The Message-ID (RFC 5322) of a mail, the same however often it is sent. The person's id is in it as a hash.
 * @param domain of the sender's address
 */
export function messageIdOf({ requestId, person, kind, step, number }: MailIdentity, domain: string): string {
  const which = number === 0 ? kind : `${kind}-${number}`;
  return `<${requestId}.${step}.${which}.${hashOf(person)}@${domain}>`;
}

/** The Message-ID of a person's how-manieth digest. */
export const digestMessageId = (person: string, number: number, domain: string): string =>
  `<digest.${number}.${hashOf(person)}@${domain}>`;

/** What all mails about a request refer to, so that they lie in one thread. */
export const threadIdOf = (requestId: string, domain: string): string => `<${requestId}@${domain}>`;

/** The domain of a sender, given as an address or as `Name <address>`. */
export const domainOf = (sender: string): string => /@([^\s@>]+)>?$/.exec(sender.trim())?.[1] ?? 'localhost';
