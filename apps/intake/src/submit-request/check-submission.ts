import { type Checked, doorCheck, SubmitRequest } from '@tollgate/contracts';
import { isBreakGlassReview } from '@tollgate/policy';

const check = doorCheck(SubmitRequest);

/** The check of what a producer sends, the same at both doors. */
export function checkSubmission(input: unknown): Checked<SubmitRequest> {
  const checked = check(input);
  return checked.ok && isBreakGlassReview(checked.value)
    ? { ok: false, faults: [{ pointer: '/action', detail: 'is asked for by Tollgate alone' }] }
    : checked;
}
