import { contentHash, type DecisionMade, iJsonFault } from '@tollgate/contracts';
import { type Distrust } from './distrust.js';

/** Why the content of a request, approved or not, is not what was asked for and shown; undefined where it is. */
export function distrustContent({ request }: DecisionMade): Distrust | undefined {
  // What is no I-JSON has no hash, and no door accepts it.
  if (iJsonFault([request.target, request.parameters]) !== undefined)
    return { why: 'content', detail: 'the content is not what a door accepts' };
  return contentHash(request) === request.contentHash
    ? undefined
    : { why: 'content', detail: 'the content is not what its hash says' };
}
