import { type DecisionMade, eventIdFor, type TopicEvent } from '@tollgate/contracts';
import { type EntityManager } from 'typeorm';
import { RowsStatement } from '../database/rows-statement.js';
import { inboxColumns, NO_INBOX } from '../inbox/inbox-columns.js';

const close = new RowsStatement(
  'restore_decision',
  {
    request_id: 'uuid',
    step: 'smallint',
    data: 'text',
    event_id: 'uuid',
    traceparent: 'text',
    opened_at: 'timestamptz',
    deadline: 'timestamptz',
    decision: 'text',
    closed_at: 'timestamptz',
    overrides: 'text',
    news_owed: 'boolean',
    people: 'text[]',
    facets: 'text[]',
    requester: 'text',
  },
  (incoming, present) => `
    INSERT INTO approval (request_id, status, step, approvers, data, event_id, traceparent, opened_at, deadline, mail_owed,
                          decision, closed_at, overrides, news_owed, people, facets, requester)
    SELECT request_id, 'closed', step, '{}', data, event_id, traceparent, opened_at, deadline, false,
           decision, closed_at, overrides, news_owed, people, facets, requester
    FROM ${incoming} WHERE ${present}
    ON CONFLICT (request_id) DO UPDATE SET
      status = 'closed', step = excluded.step, decision = excluded.decision, closed_at = excluded.closed_at,
      overrides = excluded.overrides, mail_owed = false, news_owed = excluded.news_owed
    WHERE approval.status = 'pending'`,
);

const override = new RowsStatement(
  'restore_override',
  {
    request_id: 'uuid',
    number: 'smallint',
    guardrail: 'text',
    person: 'text',
    justification: 'text',
    at: 'timestamptz',
    authentication: 'text',
  },
  (incoming, present) => `
    INSERT INTO guardrail_override (request_id, number, guardrail, person, justification, at, authentication)
    SELECT * FROM ${incoming} WHERE ${present} ON CONFLICT DO NOTHING`,
);

/** Nobody hears of what software or the policy decided at once; of the rest everybody who has not heard yet. */
const isNews = ({ decision }: DecisionMade): boolean =>
  decision.deadline !== undefined || decision.decidedBy === 'break-glass';

/** Closes approvals as they were decided. Whoever was not mailed about it yet will be. */
export async function restoreDecisions(
  tx: EntityManager,
  events: readonly TopicEvent<'decision.made'>[],
): Promise<void> {
  // Of one request there may be several only where somebody planted one: the first rules, as everywhere.
  const firsts = new Map<string, TopicEvent<'decision.made'>>();
  for (const event of events)
    if (!firsts.has(event.data.request.id)) firsts.set(event.data.request.id, event);
  const decided = [...firsts.values()];
  await close.run(
    tx,
    decided.map(({ data, traceparent }) => {
      const { decision, ...file } = data;
      const { request } = file;
      return {
        request_id: request.id,
        step: decision.step,
        data: JSON.stringify(file),
        event_id: eventIdFor(request.id, 'route.resolved'),
        traceparent: traceparent ?? null,
        opened_at: decision.openedAt,
        deadline: decision.deadline ?? null,
        decision: JSON.stringify(decision),
        closed_at: decision.decidedAt,
        overrides: decision.overrides.length === 0 ? null : JSON.stringify(decision.overrides),
        news_owed: isNews(data),
        ...(decision.deadline === undefined ? NO_INBOX : inboxColumns(file)),
      };
    }),
  );
  await override.run(
    tx,
    decided.flatMap(({ data }) =>
      data.decision.overrides.map((given, index) => ({
        request_id: data.request.id,
        number: index + 1,
        ...given,
      })),
    ),
  );
}
