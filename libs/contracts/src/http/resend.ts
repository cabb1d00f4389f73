import { IsOptional } from 'class-validator';
import { IsName } from '../checks/is-name.js';

/** Body of `POST /v1/approvals/{requestId}/resend`. */
export class ResendApproval {
  /** Who gets the mail again; unless given, everybody who is asked and has not answered. */
  @IsOptional() @IsName() person?: string;
}

/** What became of a wish to send a mail again. */
export const RESENDS = ['queued', 'under-way', 'no-contact', 'away', 'inactive', 'too-many'] as const;
export type Resend = (typeof RESENDS)[number];

/** Answer to it. */
export interface ResentDocument {
  readonly requestId: string;
  /**
   * By person: `queued` goes out now; `under-way`: the one before has not gone out yet; `no-contact`: there is no mail
   * address; `away`: somebody stands for them; `inactive`: they left; `too-many`: they got as many as anybody gets.
   */
  readonly mails: readonly { readonly person: string; readonly state: Resend }[];
}
