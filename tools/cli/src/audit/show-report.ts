import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { table } from '../terminal/table.js';
import { visible } from '../terminal/visible.js';
import { wrap } from '../terminal/wrap.js';
import { askLedger, type Period, periodQuery } from './ask-ledger.js';
import { textAnswer } from './stream-answer.js';

/** What the command line says of a report. */
export interface ReportOptions extends Period {
  readonly name: string;
  readonly csv: boolean;
}

interface Report {
  readonly says: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly population: { readonly records: number; readonly unreadable: number };
  readonly checkpoint: { readonly size: number };
}

function isReport(answer: object): answer is Report {
  const { says, columns, rows, population, checkpoint } = answer as Partial<Report>;
  return (
    typeof says === 'string' &&
    Array.isArray(columns) &&
    columns.every((column) => typeof column === 'string') &&
    Array.isArray(rows) &&
    rows.every((row) => typeof row === 'object' && row !== null) &&
    typeof population?.records === 'number' &&
    typeof population.unreadable === 'number' &&
    typeof checkpoint?.size === 'number'
  );
}

/** Longer cells are cut in a table; JSON and CSV have them whole. */
const LONGEST_CELL = 40;
const cell = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : visible(String(value));
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;
};

/** `tollgate audit report NAME`: a report on a period, computed from the ledger alone; as a table, JSON or CSV. */
export async function showReport(context: CommandContext, options: ReportOptions): Promise<ExitCode> {
  const { terminal, settings, interrupted: signal } = context;
  const path = `/v1/reports/${encodeURIComponent(options.name)}`;
  if (options.csv) {
    const key = required(settings, 'ledgerReaderKey');
    const url = `${settings.auditUrl}${path}${periodQuery(options, { format: 'csv' })}`;
    const text = await textAnswer({ url, key, accept: 'text/csv', signal });
    terminal.say(text.trimEnd());
    return EXIT_CODE.done;
  }
  const answer = await askLedger(context, `${path}${periodQuery(options)}`);
  if (!isReport(answer))
    throw new CommandError('audit answered something that is no report', EXIT_CODE.failure);
  const { says, columns, rows, population, checkpoint } = answer;
  for (const line of wrap(visible(says), terminal)) terminal.say(line);
  terminal.say('');
  const heads = columns.map((column) => {
    const isNumber = rows.length > 0 && rows.every((row) => typeof (row[column] ?? 0) === 'number');
    return [column, isNumber ? 'right' : 'left'] as const;
  });
  for (const line of table(
    heads,
    rows.map((row) => columns.map((column) => cell(row[column]))),
  ))
    terminal.say(line);
  terminal.say('');
  const { records, unreadable } = population;
  const damaged = unreadable === 0 ? '' : `, ${unreadable} of them unreadable`;
  terminal.say(
    `${rows.length.toLocaleString('en')} rows from ${records.toLocaleString('en')} records${damaged}, up to the checkpoint of ${checkpoint.size.toLocaleString('en')}.`,
  );
  terminal.give(answer);
  return EXIT_CODE.done;
}
