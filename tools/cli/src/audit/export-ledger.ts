import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import {
  encodeExportFooter,
  EXPORT_CONTENT_TYPE,
  ExportFormatError,
  isExportFooter,
  LineReader,
  NoteError,
  parseCheckpoint,
  parseExportFooter,
  parseExportHeader,
  parseNote,
} from '@tollgate/ledger';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type PartialExport, readPartialExport } from './partial-export.js';
import { createProgress, type Progress } from './progress.js';
import { streamAnswer } from './stream-answer.js';

/** How an export can be written. */
export const EXPORT_FORMATS = ['ndjson', 'csv', 'ocsf'] as const;
export type ExportFileFormat = (typeof EXPORT_FORMATS)[number];

/** What the command line says of an export. */
export interface ExportOptions {
  readonly file: string;
  readonly format: ExportFileFormat;
  readonly resume: boolean;
  /** `from`, `to` and the filters, as the query of `GET /v1/export` has them. */
  readonly query: Readonly<Record<string, string>>;
}

const ACCEPT: Readonly<Record<ExportFileFormat, string>> = {
  ndjson: EXPORT_CONTENT_TYPE,
  csv: 'text/csv',
  ocsf: 'application/x-ndjson',
};
const MAX_LINE_BYTES = 256 * 1024 * 1024;

/** Writes the lines of an export to a file, after those that it has already. */
class ExportWriter {
  readonly #whole: Hash;
  readonly #answer = createHash('sha256');
  readonly #lines = new LineReader(MAX_LINE_BYTES);
  #isFirst = true;
  #isFinished = false;
  records: number;
  #before: number;
  total = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly partial: PartialExport | undefined,
  ) {
    this.#whole = partial?.hash ?? createHash('sha256');
    this.records = this.#before = partial?.records ?? 0;
  }

  async take(chunk: Uint8Array): Promise<void> {
    const pieces: Buffer[] = [];
    for (const { bytes } of this.#lines.push(chunk)) {
      const line = bytes.toString('utf8', 0, bytes.length - 1);
      if (this.#isFirst) this.#takeHeader(line, bytes, pieces);
      else if (isExportFooter(line)) this.#takeFooter(line, pieces);
      else {
        if (line.startsWith('{"seq":')) this.records += 1;
        this.#answer.update(bytes);
        this.#whole.update(bytes);
        pieces.push(bytes);
      }
    }
    if (pieces.length > 0) await this.file.writeFile(Buffer.concat(pieces));
  }

  finish(): void {
    if (!this.#isFinished) throw new ExportFormatError('the answer of audit ends before the last line');
  }

  #takeHeader(line: string, bytes: Buffer, pieces: Buffer[]): void {
    this.#isFirst = false;
    const { range, kind } = parseExportHeader(line);
    this.total = kind === 'contiguous' ? range.to - range.from : 0;
    this.#answer.update(bytes);
    if (this.partial === undefined) {
      this.#whole.update(bytes);
      pieces.push(bytes);
    } else if (`${line}\n` !== this.partial.headerLine) {
      throw new ExportFormatError('audit would go on with another export: use the same options as before');
    }
  }

  #takeFooter(line: string, pieces: Buffer[]): void {
    const { count, sha256 } = parseExportFooter(line);
    if (count !== this.records - this.#before || sha256 !== this.#answer.digest('hex')) {
      throw new ExportFormatError('the answer of audit was damaged on its way');
    }
    this.#isFinished = true;
    const footer = encodeExportFooter({ count: this.records, sha256: this.#whole.digest('hex') });
    pieces.push(Buffer.from(`${footer}\n`));
  }
}

const sizeOf = ({ header }: PartialExport): number => parseCheckpoint(parseNote(header.checkpoint).text).size;

function urlOf(
  auditUrl: string,
  { format, query }: ExportOptions,
  partial: PartialExport | undefined,
): string {
  const resumed = partial && { checkpoint: String(sizeOf(partial)), after: String(partial.after) };
  return `${auditUrl}/v1/export?${new URLSearchParams({ format, ...query, ...resumed }).toString()}`;
}

/** What was written before, if it is to be gone on with. */
async function startOf(part: string, { format, resume }: ExportOptions): Promise<PartialExport | undefined> {
  if (!existsSync(part)) return undefined;
  if (!resume) {
    throw new CommandError(
      `${part} is there from an export that was cut off: --resume goes on with it; remove it to begin anew`,
      EXIT_CODE.usage,
    );
  }
  if (format !== 'ndjson') throw new CommandError('only an export as ndjson can be resumed', EXIT_CODE.usage);
  return readPartialExport(part);
}

async function writeLines(
  chunks: AsyncIterable<Uint8Array>,
  writer: ExportWriter,
  progress: Progress,
): Promise<number> {
  try {
    for await (const chunk of chunks) {
      await writer.take(chunk);
      progress.show(writer.records, writer.total);
    }
    writer.finish();
    return writer.records;
  } catch (error) {
    if (!(error instanceof ExportFormatError || error instanceof NoteError || error instanceof RangeError))
      throw error;
    throw new CommandError(error.message, EXIT_CODE.failure, undefined, { cause: error });
  }
}

/**
 * `tollgate audit export FILE`: writes a period of the ledger, or what a filter lets through, to a file. Until it is
 * whole it is called FILE.part, and `--resume` goes on with that.
 */
export async function exportLedger(context: CommandContext, options: ExportOptions): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const key = required(settings, 'ledgerReaderKey');
  const { file, format } = options;
  const part = `${file}.part`;
  if (existsSync(file)) throw new CommandError(`${file} is there already`, EXIT_CODE.usage);
  const partial = await startOf(part, options);
  const url = urlOf(settings.auditUrl, options, partial);
  const chunks = streamAnswer({ url, key, accept: ACCEPT[format], signal: interrupted });
  const progress = createProgress(terminal, context.now);
  const handle = await open(part, partial === undefined ? 'w' : 'a');
  let records: number | undefined;
  try {
    if (format === 'ndjson') records = await writeLines(chunks, new ExportWriter(handle, partial), progress);
    else for await (const chunk of chunks) await handle.writeFile(chunk);
    await handle.sync();
  } catch (error) {
    if (!(error instanceof CommandError) || format !== 'ndjson' || error.problem !== undefined) throw error;
    const hint = `what came so far is in ${part}; the same command with --resume goes on`;
    throw new CommandError(`${error.message}\n${hint}`, error.exitCode, undefined, { cause: error });
  } finally {
    progress.clear();
    await handle.close();
  }
  await rename(part, file);
  terminal.say(
    records === undefined ? `${file} is written` : `${file}: ${records.toLocaleString('en')} records`,
  );
  if (records !== undefined)
    terminal.say('`tollgate audit verify` proves offline that they are what was recorded');
  terminal.give({ file, format, ...(records !== undefined && { records }) });
  return EXIT_CODE.done;
}
