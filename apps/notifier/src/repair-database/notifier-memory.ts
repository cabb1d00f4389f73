import { RepairMark } from '@tollgate/persistence';
import { type DatabaseMemory, type FoundEvent } from '@tollgate/runtime';
import { type DataSource } from 'typeorm';
import { Statement } from '../database/statement.js';

interface Known {
  readonly known: boolean;
}
const asks = (name: string, from: string): Statement<Known> =>
  new Statement<Known>(`knows_${name}`, `SELECT EXISTS (SELECT FROM ${from}) AS known`);

const approval = asks('approval', 'approval WHERE request_id = $1');
const decided = asks('decided', `approval WHERE request_id = $1 AND status = 'closed'`);
const withdrawal = asks('withdrawal', 'withdrawal WHERE request_id = $1');
const vote = asks('vote', 'vote WHERE request_id = $1 AND person = $2 AND count = $3');
const delegation = asks('delegation', 'delegation WHERE id = $1');
const revocation = asks('revocation', 'delegation WHERE id = $1 AND revoked_at IS NOT NULL');
const question = asks('question', 'question WHERE request_id = $1 AND number = $2');
const answer = asks('answer', 'question_answer WHERE request_id = $1 AND number = $2');
const mail = asks(
  'mail',
  `mail WHERE request_id = $1 AND person = $2 AND kind = $3 AND step = $4 AND state = 'sent'`,
);
const newest = new Statement<{ readonly newest: Date | null }>(
  'newest_row',
  `SELECT greatest(
     (SELECT max(opened_at) FROM approval), (SELECT max(closed_at) FROM approval), (SELECT max(at) FROM vote),
     (SELECT max(sent_at) FROM mail), (SELECT max(declared_at) FROM delegation), (SELECT max(asked_at) FROM question),
     (SELECT max(answered_at) FROM question_answer)) AS newest`,
);

/** What the notifier's database must know: what it published, the routes and the withdrawals. */
export const notifierMemory = (dataSource: DataSource): DatabaseMemory => ({
  written: [
    'decision.made',
    'vote.cast',
    'approver.notified',
    'delegation.declared',
    'question.asked',
    'question.answered',
  ],
  read: ['route.resolved', 'request.withdrawn'],
  knows: async (found: FoundEvent): Promise<boolean> => {
    const ask = async (statement: Statement<Known>, ...values: unknown[]): Promise<boolean> =>
      (await statement.run(dataSource, ...values))[0]?.known === true;
    switch (found.topic) {
      case 'decision.made':
        return ask(decided, found.event.data.request.id);
      case 'route.resolved':
        return ask(approval, found.event.data.request.id);
      case 'request.withdrawn':
        return ask(withdrawal, found.event.data.requestId);
      case 'vote.cast': {
        const { requestId, count, vote: said } = found.event.data;
        return ask(vote, requestId, said.person, count);
      }
      case 'approver.notified': {
        const { requestId, person, kind, step } = found.event.data;
        return ask(mail, requestId, person, kind, step);
      }
      case 'delegation.declared': {
        const { id, revokedAt } = found.event.data;
        return ask(revokedAt === undefined ? delegation : revocation, id);
      }
      case 'question.asked':
        return ask(question, found.event.data.requestId, found.event.data.number);
      case 'question.answered':
        return ask(answer, found.event.data.requestId, found.event.data.number);
      default:
        return true;
    }
  },
  mark: new RepairMark(dataSource),
  newest: async () => (await newest.run(dataSource))[0]?.newest?.getTime(),
});
