import { isUuid } from '@tollgate/contracts';
import { notFound, type Problem } from '@tollgate/runtime';
import { type Credential, maySee } from '../credentials/credential.js';
import { type RequestSnapshot } from './request-snapshot.js';

/** What is not there and what is not for the caller to see are told in the same words. */
export const unknownRequest = (): Problem => notFound('There is no such request, or it is not yours to see.');

/**
 * The request id of a path, as the database writes it.
 * @throws Problem 404 for what is no id
 */
export function requestIdOf(given: string): string {
  if (!isUuid(given)) throw unknownRequest();
  return given.toLowerCase();
}

/**
 * What a credential may see.
 * @throws Problem 404 for what is not there or not for it
 */
export function admitted(credential: Credential, snapshot: RequestSnapshot | undefined): RequestSnapshot {
  if (snapshot === undefined || !maySee(credential, snapshot.request.producer)) throw unknownRequest();
  return snapshot;
}
