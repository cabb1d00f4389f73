import { type Decision, type Guardrail } from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import { type FinalStatus } from '../request-status/request-snapshot.js';

/** What a decision and the gate's verdict on it make of a request. */
export interface Judgement {
  readonly decision: Decision;
  readonly guardrail: Guardrail;
}

/**
 * The final status that follows from a judgement. Only an approval can have been judged, and every approval must have been.
 * @throws PermanentError for a judgement that contradicts itself
 */
export function outcomeOf({ decision, guardrail }: Judgement): FinalStatus {
  const approved = decision.outcome === 'approved';
  if (approved === (guardrail.outcome === 'skipped')) {
    throw new PermanentError(
      `the decision is ${decision.outcome}, but the guardrail says ${guardrail.outcome}`,
    );
  }
  if (decision.outcome !== 'approved') return decision.outcome;
  return guardrail.outcome === 'passed' ? 'released' : 'blocked';
}
