import { SERVICES, type ServiceName } from '@tollgate/contracts';
import { type IncomingRecord } from '../incoming-record.js';
import { PermanentError } from '../permanent-error.js';
import { type DeadLetter } from './dead-letter.js';
import { failingOf, originOf, placeOf } from './dead-letter-record.js';

const serviceOf = (name: string): ServiceName => {
  const service = SERVICES.find((known) => known === name);
  if (service === undefined) throw new PermanentError('the dead letter names no service');
  return service;
};

/**
 * What a record of a `<service>.dead-letter` topic says.
 * @throws PermanentError when it is no dead letter
 */
export function parseDeadLetter(record: IncomingRecord): Omit<DeadLetter, 'state'> {
  const origin = originOf(record);
  const { service, reason, at, requestId } = failingOf(record);
  return {
    service: serviceOf(service),
    place: placeOf(origin),
    ...(requestId === undefined ? {} : { requestId }),
    reason,
    failedAt: at,
    origin,
  };
}
