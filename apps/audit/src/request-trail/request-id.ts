import { isUuid } from '@tollgate/contracts';
import { badParameters } from '../query-ledger/event-query.js';

/** The id of a request as it stands in a path. @throws Problem 400 for what is none */
export function requestIdOf(id: string): string {
  if (!isUuid(id)) throw badParameters([{ pointer: '/id', detail: 'must be a UUID' }]);
  return id.toLowerCase();
}
