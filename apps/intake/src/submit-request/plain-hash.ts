import { hash } from 'node:crypto';
import { type Request } from '@tollgate/contracts';

/** What of a request says whether two bodies are the same. */
type Compared = Pick<
  Request,
  'contentHash' | 'riskLevel' | 'reason' | 'onBehalfOf' | 'expiresAt' | 'breakGlass'
>;

/**
 * SHA-256, hex, of what a producer said of a request besides its id: equal for equal bodies, whatever the order of their
 * members.
 */
export const plainHashOf = (request: Compared): string => {
  const { contentHash, riskLevel, reason, onBehalfOf, expiresAt = null, breakGlass: glass } = request;
  const broken = glass === undefined ? [] : [glass.justification, glass.person];
  return hash('sha256', JSON.stringify([contentHash, riskLevel, reason, onBehalfOf, expiresAt, ...broken]));
};
