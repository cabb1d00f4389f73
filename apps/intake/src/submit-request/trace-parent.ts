const TRACE_PARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A valid `traceparent` (W3C Trace Context, version 00); anything else is ignored, as the standard demands. */
export const traceParent = (given: string | readonly string[] | undefined): string | undefined =>
  typeof given === 'string' && TRACE_PARENT.test(given) ? given : undefined;
