import { doorCheck } from '@tollgate/contracts';
import { IsIn, IsOptional, Matches } from 'class-validator';
import {
  badParameters,
  eventFilter,
  type EventFilter,
  EventParameters,
} from '../query-ledger/event-query.js';

/** How an export is written. */
export const EXPORT_FILE_FORMATS = ['ndjson', 'csv', 'ocsf'] as const;
export type ExportFileFormat = (typeof EXPORT_FILE_FORMATS)[number];

const NUMBER = /^(?:0|[1-9]\d{0,14})$/;

/** The parameters of `GET /v1/export`, as they stand in the URL. */
class ExportParameters extends EventParameters {
  @IsOptional() @IsIn(EXPORT_FILE_FORMATS) format?: ExportFileFormat;
  @IsOptional()
  @Matches(NUMBER, { message: 'checkpoint must be the size of a checkpoint' })
  checkpoint?: string;
  @IsOptional() @Matches(NUMBER, { message: 'after must be the seq of a record' }) after?: string;
}

const check = doorCheck(ExportParameters);

/** What is to be exported. */
export interface ExportQuery {
  readonly format: ExportFileFormat;
  readonly filter: EventFilter;
  /** What narrows the export beside its period, as it was asked for; undefined for all records of the period. */
  readonly narrowedBy: Readonly<Record<string, string>> | undefined;
  /** The size of the checkpoint to export under; the newest one where there is none. */
  readonly checkpoint: number | undefined;
  /** Leaves out the records up to and with this one. */
  readonly after: number | undefined;
}

const optionalNumber = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

/**
 * Reads the parameters of `GET /v1/export`.
 * @throws Problem 400 that names each parameter that does not fit, or is not known
 */
export function exportQuery(parameters: unknown): ExportQuery {
  const checked = check(parameters);
  if (!checked.ok) throw badParameters(checked.faults);
  const { format = 'ndjson', checkpoint, after, cursor, limit, ...asked } = checked.value;
  for (const [name, value] of Object.entries({ cursor, limit }))
    if (value !== undefined) throw badParameters([{ pointer: `/${name}`, detail: 'is not known here' }]);
  const filter = eventFilter(asked);
  const { from: _from, to: _to, ...narrowing } = asked;
  const narrowed = Object.entries(narrowing).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  return {
    format,
    filter,
    narrowedBy: narrowed.length === 0 ? undefined : Object.fromEntries(narrowed),
    checkpoint: optionalNumber(checkpoint),
    after: optionalNumber(after),
  };
}
