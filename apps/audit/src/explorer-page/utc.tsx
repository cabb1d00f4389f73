import { type JSX } from 'preact';

/** A time for people, in UTC to the second: `2026-11-02 09:00:03`. */
export const utcText = (time: string | Date): string =>
  new Date(time).toISOString().slice(0, 19).replace('T', ' ');

/** A time on a page. */
export const Utc = ({ time }: { readonly time: string | Date }): JSX.Element => (
  <time dateTime={new Date(time).toISOString()}>{utcText(time)}</time>
);
