import { doorCheck, SubmitRequest } from '@tollgate/contracts';

/** The check of what a producer sends, the same at both doors. */
export const checkSubmission = doorCheck(SubmitRequest);
