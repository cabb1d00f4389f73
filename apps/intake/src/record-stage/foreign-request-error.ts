import { PermanentError } from '@tollgate/messaging';

/** An event is about a request that was never submitted, or not as the event has it. */
export class ForeignRequestError extends PermanentError {}
