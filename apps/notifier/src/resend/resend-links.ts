import { type Resend } from '@tollgate/contracts';
import { isActive } from '@tollgate/policy';
import { type DataSource } from 'typeorm';
import { answeredIn } from '../approval/answered.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { type PolicySource, rulingPolicy } from '../approval/ruling-policy.js';
import { votes } from '../cast-vote/votes.store.js';
import { contacts } from '../contacts/contacts.store.js';
import { Statement } from '../database/statement.js';
import { mailQueue } from '../send-mail/mail-queue.store.js';

/** How often the mail that asks is sent again to a person on a request, at most. */
export const MAX_RESENDS = 5;

/** The mails that asked a person, those of the current step apart. */
interface AskedBefore {
  readonly person: string;
  /** The highest number of this step; null where it has not asked them yet. */
  readonly last: number | null;
  /** Whether one of this step has not gone out. */
  readonly waits: boolean | null;
  /** How often one was sent again, in all steps. */
  readonly resends: number;
}

const askedBefore = new Statement<AskedBefore>(
  'resend_asked_before',
  `SELECT person, max(number) FILTER (WHERE step = $2) AS last,
          bool_or(state IN ('queued', 'held')) FILTER (WHERE step = $2) AS waits,
          (count(*) FILTER (WHERE number > 0))::integer AS resends
   FROM mail WHERE request_id = $1 AND kind = 'asked' GROUP BY person`,
);

/** What becomes of the mails of each person. */
export interface Resent {
  readonly person: string;
  readonly state: Resend;
}

/** What an operator is told. */
export type ResendOutcome =
  | { readonly kind: 'resent'; readonly mails: readonly Resent[] }
  | { readonly kind: 'not-open' | 'closed' | 'not-asked' };

/** What sending again needs. */
export interface ResendLinksParts {
  readonly dataSource: DataSource;
  readonly policy: PolicySource;
  /** Told after the commit when mails were queued. */
  readonly onQueued: () => void;
}

/** Sends people the mail again that asks them: the same link, in a mail with a number of its own. */
export class ResendLinks {
  constructor(private readonly parts: ResendLinksParts) {}

  /**
   * @param only the person; unless given, everybody who is asked and has not answered
   * @throws TransientError while no policy rules; the database's error when it is away
   */
  async resend(requestId: string, only?: string): Promise<ResendOutcome> {
    const { dataSource, policy, onQueued } = this.parts;
    const ruling = await rulingPolicy(policy, 1);
    const outcome = await dataSource.transaction(async (tx): Promise<ResendOutcome> => {
      const [row] = await approvals.lock(tx, [requestId]);
      if (row === undefined) return { kind: 'not-open' };
      if (row.status === 'closed') return { kind: 'closed' };
      if (only !== undefined && !row.approvers.includes(only)) return { kind: 'not-asked' };
      const cast = await votes.find(tx, row.votes > 0 ? [requestId] : []);
      const said = (cast.get(requestId) ?? []).map(({ vote }) => vote);
      const answered = new Set(answeredIn(approvalOf(row), said));
      const wanted = only === undefined ? row.approvers.filter((one) => !answered.has(one)) : [only];
      const known = await contacts.find(tx, wanted);
      const before = new Map(
        (await askedBefore.run(tx, requestId, row.step)).map((mail) => [mail.person, mail]),
      );
      const away = new Set(row.absent ?? []);
      const stateOf = (person: string): Resend => {
        if (!isActive(ruling.policy, person)) return 'inactive';
        if (away.has(person)) return 'away';
        if (!known.has(person)) return 'no-contact';
        const mail = before.get(person);
        // Where there is none, the first one is owed and goes out by itself.
        if (mail === undefined || mail.last === null || mail.waits === true) return 'under-way';
        return mail.resends >= MAX_RESENDS ? 'too-many' : 'queued';
      };
      const mails = wanted.map((person) => ({ person, state: stateOf(person) }));
      await mailQueue.queue(
        tx,
        mails
          .filter(({ state }) => state === 'queued')
          .map(({ person }) => ({
            ...{ requestId, person, kind: 'asked' as const, step: row.step },
            number: (before.get(person)?.last ?? 0) + 1,
          })),
      );
      return { kind: 'resent', mails };
    });
    if (outcome.kind === 'resent' && outcome.mails.some(({ state }) => state === 'queued')) onQueued();
    return outcome;
  }
}
