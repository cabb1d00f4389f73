/** Where a page of the list ended: the deadline in milliseconds since 1970, and the request id. */
export interface ListPlace {
  readonly deadline: number;
  readonly requestId: string;
}

const PLACE = /^(\d{1,16})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The latest instant that a clock can show, in milliseconds since 1970 (ECMA-262, time values). */
const LATEST = 8_640_000_000_000_000;

/** The cursor of the page after a place; opaque to whoever gets it. */
export const cursorOf = ({ deadline, requestId }: ListPlace): string =>
  Buffer.from(`${deadline}.${requestId}`).toString('base64url');

/** The place that a cursor means; undefined for what is no cursor. */
export function placeOf(cursor: string): ListPlace | undefined {
  const match = PLACE.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  const [, deadline, requestId] = match ?? [];
  return deadline === undefined || requestId === undefined || Number(deadline) > LATEST
    ? undefined
    : { deadline: Number(deadline), requestId };
}
