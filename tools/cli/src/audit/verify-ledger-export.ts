import { createReadStream, existsSync } from 'node:fs';
import { LedgerRules, type Population } from '@tollgate/invariants';
import { verifyExport } from '@tollgate/ledger';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { readCheckpoints, verifierKeyOption } from './ledger-keys.js';
import { createProgress } from './progress.js';
import { rulesText } from './rules-text.js';
import { verdictDocument, verdictText } from './verdict-text.js';

/** What the command line says of a verification. */
export interface VerifyExportOptions {
  /** `-` for standard input. */
  readonly file: string;
  /** The ledger's verifier key, or a file that holds it. */
  readonly key: string;
  readonly witnesses: readonly string[];
  /** A file of checkpoints. */
  readonly until?: string;
  /** Leaves out the rules of the business. */
  readonly proofsOnly: boolean;
}

const PIECE_BYTES = 1024 * 1024;

function piecesOf(file: string): AsyncIterable<Uint8Array> {
  if (file === '-') return process.stdin;
  if (!existsSync(file)) throw new CommandError(`${file} is not there`, EXIT_CODE.usage);
  return createReadStream(file, { highWaterMark: PIECE_BYTES });
}

/**
 * `tollgate audit verify FILE`: proves offline, with nothing but the file and the public key, that its records are those
 * of the ledger, and what of completeness that shows; then recomputes from them the rules that must always hold. Exit code 0
 * when all holds, 1 when anything does not.
 */
export async function verifyLedgerExport(
  context: CommandContext,
  options: VerifyExportOptions,
): Promise<ExitCode> {
  const { terminal, now } = context;
  const key = verifierKeyOption(options.key);
  const witnesses = options.witnesses.map(verifierKeyOption);
  const until = options.until === undefined ? undefined : readCheckpoints(options.until, key, witnesses);
  const progress = createProgress(terminal, now);
  let rules: LedgerRules | undefined;
  let records = 0;
  let lastArrival = 0;
  // What was taken is looked through for secrets between two pieces of the file, as that takes its time.
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of piecesOf(options.file)) {
      yield piece;
      await rules?.searchSecrets();
    }
  }
  const verdict = await verifyExport(pieces(), {
    key,
    witnesses,
    until,
    onHeader: (header, checkpoint) => {
      if (options.proofsOnly) return;
      const isWhole = header.range.from === 0;
      const population: Population = header.kind === 'filtered' ? 'filtered' : isWhole ? 'whole' : 'range';
      rules = new LedgerRules(population);
      if (header.range.to === checkpoint.size) lastArrival = checkpoint.at;
    },
    onRecord: (record) => {
      rules?.take(record);
      lastArrival = Math.max(lastArrival, record.arrivedAt);
      records += 1;
      if (records % 1000 === 0) progress.show(records, 0);
    },
  });
  await rules?.searchSecrets();
  progress.clear();
  const ruled = verdict.fault === undefined ? rules?.finish(lastArrival) : undefined;
  for (const line of verdictText(options.file, verdict, until, terminal)) terminal.say(line);
  for (const line of ruled === undefined ? [] : rulesText(ruled, terminal)) terminal.say(line);
  terminal.give({ ...verdictDocument(options.file, verdict), ...(ruled && { rules: ruled }) });
  return verdict.fault === undefined && (ruled?.violations.length ?? 0) === 0
    ? EXIT_CODE.done
    : EXIT_CODE.failure;
}
