import { RepairMark } from '@tollgate/persistence';
import { type DatabaseMemory, type FoundEvent } from '@tollgate/runtime';
import { type DataSource } from 'typeorm';
import { Statement } from '../database/statement.js';

const asks = (name: string, from: string): Statement<{ known: boolean }> =>
  new Statement(`knows-${name}`, `SELECT EXISTS (SELECT FROM ${from}) AS known`);

const REQUEST = asks('request', 'request WHERE id = $1');
const STAGE = asks('stage', 'stage WHERE request_id = $1 AND stage = $2');
const RELEASE_END = asks('release-end', 'release_end WHERE request_id = $1 AND state = $2');
const REVISION = asks('revision', 'policy_revision WHERE revision = $1');
const PROPOSAL = asks('proposal', 'policy_proposal WHERE request_id = $1');
/** What is about no request of ours left nothing when it came, either. */
const PASSED = new Statement<{ known: boolean }>(
  'knows-passed',
  `SELECT NOT EXISTS (SELECT FROM request WHERE id = $1)
     OR EXISTS (SELECT FROM stage WHERE request_id = $1 AND stage = $2) AS known`,
);
const NEWEST = new Statement<{ newest: Date | null }>(
  'newest-row',
  `SELECT greatest(
     (SELECT max(submitted_at) FROM request), (SELECT max(at) FROM stage), (SELECT max(at) FROM outcome),
     (SELECT max(ended_at) FROM release_end), (SELECT max(published_at) FROM policy_revision),
     (SELECT max(failed_at) FROM dead_letter)) AS newest`,
);

/** What intake's database must know: what it published, and the stages that it has recorded. */
export const intakeMemory = (dataSource: DataSource): DatabaseMemory => ({
  written: [
    'policy.published',
    'policy.proposed',
    'request.submitted',
    'request.withdrawn',
    'request.failed',
    'action.released',
    'release.redeemed',
    'release.revoked',
  ],
  read: ['route.resolved', 'guardrail.evaluated'],
  knows: async (found: FoundEvent): Promise<boolean> => {
    const ask = async (statement: Statement<{ known: boolean }>, ...values: unknown[]): Promise<boolean> =>
      (await statement.alone(dataSource, values))[0]?.known === true;
    switch (found.topic) {
      case 'policy.published':
        return ask(REVISION, found.event.data.revision);
      case 'policy.proposed':
        return ask(PROPOSAL, found.event.data.requestId);
      case 'request.submitted':
        return ask(REQUEST, found.event.data.request.id);
      case 'request.withdrawn':
      case 'request.failed':
        return ask(STAGE, found.event.data.requestId, found.topic);
      case 'action.released':
        return ask(STAGE, found.event.data.request.id, found.topic);
      case 'release.redeemed':
        return ask(RELEASE_END, found.event.data.requestId, 'redeemed');
      case 'release.revoked':
        return ask(RELEASE_END, found.event.data.requestId, 'revoked');
      case 'route.resolved':
      case 'guardrail.evaluated':
        return ask(PASSED, found.event.data.request.id, found.topic);
      default:
        return true;
    }
  },
  mark: new RepairMark(dataSource),
  newest: async () => (await NEWEST.alone(dataSource, []))[0]?.newest?.getTime(),
});
