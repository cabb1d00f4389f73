import { type Decision, type RouteResolved } from '@tollgate/contracts';
import { type DataSource } from 'typeorm';
import { contacts } from '../contacts/contacts.store.js';
import { Statement } from '../database/statement.js';
import { mailQueue, type WantedMail } from './mail-queue.store.js';

// The mails of a new approval or step are queued here, off the way of openings: what closes before its turn costs
// nothing at all.
const queueAsked = new Statement<{ queued: number }>(
  'mail_queue_asked',
  `WITH owed AS MATERIALIZED (
     SELECT request_id, step, approvers, absent FROM approval
     WHERE status = 'pending' AND mail_owed ORDER BY opened_at LIMIT $1 FOR UPDATE SKIP LOCKED
   ), queued AS (
     INSERT INTO mail (request_id, person, kind, step, state, next_attempt_at)
     SELECT owed.request_id, person, 'asked', owed.step, 'queued', clock_timestamp()
     FROM owed CROSS JOIN LATERAL unnest(owed.approvers) AS asked (person)
     WHERE person <> ALL (coalesce(owed.absent, '{}'))
     ON CONFLICT DO NOTHING RETURNING 1
   ), settled AS (
     UPDATE approval SET mail_owed = false FROM owed WHERE approval.request_id = owed.request_id
   )
   SELECT count(*)::integer AS queued FROM queued`,
);

interface DecidedRow {
  readonly request_id: string;
  readonly step: number;
  readonly data: string;
  readonly decision: string;
}

const lockDecided = new Statement<DecidedRow>(
  'mail_lock_decided',
  `SELECT request_id, step, data, decision FROM approval WHERE news_owed ORDER BY closed_at LIMIT $1
   FOR UPDATE SKIP LOCKED`,
);

interface UnheardRow {
  readonly request_id: string;
  readonly person: string;
}

// Whoever never got a mail needs none to say that it is over.
const unheard = new Statement<UnheardRow>(
  'mail_unheard',
  `SELECT DISTINCT mail.request_id, mail.person FROM mail
   WHERE mail.request_id = ANY ($1::uuid[]) AND mail.kind IN ('asked', 'reminded') AND mail.state = 'sent'
     AND NOT EXISTS (SELECT FROM vote WHERE vote.request_id = mail.request_id AND vote.counted
                     AND mail.person IN (vote.person, vote.on_behalf_of))`,
);

const newsSettled = new Statement(
  'mail_news_settled',
  'UPDATE approval SET news_owed = false WHERE request_id = ANY ($1::uuid[])',
);

/** What became of the news of decided approvals. */
export interface QueuedNews {
  readonly approvals: number;
  /** Mails. */
  readonly queued: number;
  /** Owners who were to get a result and have no contact, as the requester has none. */
  readonly unreachable: readonly { readonly requestId: string; readonly person: string }[];
}

/** A decided approval, as far as its news need it. */
interface Decided {
  readonly requestId: string;
  readonly step: number;
  readonly requester: string;
  readonly owner: string;
  readonly decidedBy: Decision['decidedBy'];
  /** Whom the plan would have asked, where somebody broke the glass. */
  readonly passedOver: readonly string[];
}

function decidedOf({ request_id: requestId, step, data, decision }: DecidedRow): Decided {
  const { request, route }: RouteResolved = JSON.parse(data);
  const { decidedBy }: Decision = JSON.parse(decision);
  const passedOver =
    decidedBy === 'break-glass'
      ? new Set(route.plan.flatMap(({ approvers }) => approvers.map(({ person }) => person)))
      : [];
  const { requester, owner } = request;
  return { requestId, step, requester, owner, decidedBy, passedOver: [...passedOver] };
}

/** What the approvals owe their people: found by marks on their rows, a few at a time. */
export const owedMails = {
  /**
   * Queues the mails of approvals whose people were not asked yet, the oldest first.
   * @returns how many mails
   */
  async queueAsked(on: DataSource, approvals: number): Promise<number> {
    return (await queueAsked.run(on, approvals))[0]?.queued ?? 0;
  },

  /**
   * Queues the mails of approvals that were decided: to those who were asked and had not voted, and the result to the
   * requester, or the owner where the requester has no contact. Who withdrew their request knows the result. Where somebody broke
   * the glass, everybody is told who would have been asked, in any step.
   */
  async queueNews(on: DataSource, approvals: number): Promise<QueuedNews> {
    return on.transaction(async (tx) => {
      const rows = await lockDecided.run(tx, approvals);
      if (rows.length === 0) return { approvals: 0, queued: 0, unreachable: [] };
      const decided = rows.map(decidedOf);
      const ids = decided.map(({ requestId }) => requestId);
      const waiting = await unheard.run(tx, ids);
      const known = await contacts.find(tx, [
        ...new Set(decided.flatMap(({ requester, owner }) => [requester, owner])),
      ]);
      const results = new Map(
        decided
          .filter(({ decidedBy }) => decidedBy !== 'requester')
          .map(({ requestId, requester, owner }) => [requestId, known.has(requester) ? requester : owner]),
      );
      const mails = decided.flatMap(({ requestId, step, passedOver }): WantedMail[] => {
        const reader = results.get(requestId);
        return [
          ...(reader === undefined || !known.has(reader)
            ? []
            : [{ requestId, person: reader, kind: 'result' as const, step }]),
          ...waiting
            .filter((row) => row.request_id === requestId && row.person !== reader)
            .map(({ person }) => ({ requestId, person, kind: 'decided' as const, step })),
          ...passedOver.map((person) => ({ requestId, person, kind: 'break-glass' as const, step })),
        ];
      });
      await mailQueue.queue(tx, mails);
      await newsSettled.run(tx, ids);
      return {
        approvals: rows.length,
        queued: mails.length,
        unreachable: [...results].flatMap(([requestId, person]) =>
          known.has(person) ? [] : [{ requestId, person }],
        ),
      };
    });
  },
};
