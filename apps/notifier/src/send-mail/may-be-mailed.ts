import { isActive, type CompiledPolicy } from '@tollgate/policy';
import { type MailIdentity } from './message-id.js';

/**
 * Whether a mail may go out to its person as the directory stands: approvers have to be active; a requester, or an
 * owner, need not be in the directory, and gets nothing once it says that they have left.
 */
export const mayBeMailed = (
  policy: CompiledPolicy,
  { kind, person }: Pick<MailIdentity, 'kind' | 'person'>,
): boolean =>
  isActive(policy, person) ||
  ((kind === 'result' || kind === 'question') && !Object.hasOwn(policy.directory.people, person));
