import { type Verdict, VERDICTS } from '@tollgate/contracts';

/** What a review page's form says; everything else is nothing. */
export interface SaidByForm {
  /** Absent where none was chosen. */
  readonly verdict?: Verdict;
  readonly reason: string;
  /** For whom it is said; absent where that was not asked, or not chosen. */
  readonly onBehalfOf?: string;
  readonly contentHash: string;
  /** The one-time value of the page view. */
  readonly view: string;
}

const textOf = (body: unknown, field: string): string => {
  const value: unknown = body !== null && typeof body === 'object' ? Reflect.get(body, field) : undefined;
  return typeof value === 'string' ? value : '';
};

/** Reads the fields of a form as its parser left them; of a field that is there twice, nothing. */
export function readForm(body: unknown): SaidByForm {
  const said = textOf(body, 'verdict');
  const verdict = VERDICTS.find((each) => each === said);
  const onBehalfOf = textOf(body, 'onBehalfOf');
  return {
    ...(verdict === undefined ? {} : { verdict }),
    ...(onBehalfOf === '' ? {} : { onBehalfOf }),
    // Forms send line breaks as CR LF.
    reason: textOf(body, 'reason').replaceAll('\r\n', '\n').trim(),
    contentHash: textOf(body, 'contentHash'),
    view: textOf(body, 'view'),
  };
}
