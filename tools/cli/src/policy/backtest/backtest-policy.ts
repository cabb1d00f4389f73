import { createReadStream, existsSync } from 'node:fs';
import { decodeEvent } from '@tollgate/contracts';
import { EXPORT_CONTENT_TYPE, type ExportRecord, verifyExport } from '@tollgate/ledger';
import { Backtest } from '@tollgate/policy';
import { verifierKeyOption } from '../../audit/ledger-keys.js';
import { createProgress } from '../../audit/progress.js';
import { streamAnswer, textAnswer } from '../../audit/stream-answer.js';
import { type CommandContext } from '../../command.js';
import { CommandError } from '../../command-error.js';
import { required } from '../../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../../exit-code.js';
import { type PolicyPaths, readPolicyFiles } from '../policy-files.js';
import { type BacktestHistory, backtestText } from './backtest-text.js';

/** What the command line says of a backtest. */
export interface BacktestOptions extends PolicyPaths {
  /** Records that arrived at this time or later, RFC 3339. */
  readonly from?: string;
  /** Records that arrived before this time. */
  readonly to?: string;
  /** A file that `audit export` wrote, instead of the running ledger. */
  readonly export?: string;
  /** The verifier key of the ledger, for a file. */
  readonly key?: string;
}

/** History, and the key that proves it. */
interface Source {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly key: string;
}

const PIECE_BYTES = 1024 * 1024;

function fileSource({ export: file, key, from, to }: BacktestOptions & { readonly export: string }): Source {
  if (key === undefined)
    throw new CommandError('--export needs --key, the public key of the ledger', EXIT_CODE.usage);
  if (from !== undefined || to !== undefined)
    throw new CommandError('an export has its period: leave out --from and --to', EXIT_CODE.usage);
  if (!existsSync(file)) throw new CommandError(`${file} is not there`, EXIT_CODE.usage);
  return { chunks: createReadStream(file, { highWaterMark: PIECE_BYTES }), key };
}

async function ledgerSource(
  { settings, interrupted: signal }: CommandContext,
  { from, to, key: given }: BacktestOptions,
): Promise<Source> {
  const key = required(settings, 'ledgerReaderKey');
  const query = new URLSearchParams({
    format: 'ndjson',
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
  const call = { key, signal };
  return {
    key:
      given ??
      (
        await textAnswer({ ...call, url: `${settings.auditUrl}/v1/checkpoints/key`, accept: 'text/plain' })
      ).trim(),
    chunks: streamAnswer({
      ...call,
      url: `${settings.auditUrl}/v1/export?${query.toString()}`,
      accept: EXPORT_CONTENT_TYPE,
    }),
  };
}

/** Gives the draft what a record says, where it says how a request was routed or judged. */
function takeRecord(backtest: Backtest, { topic, form, bytes }: ExportRecord): void {
  if (form !== 'as-they-came' || bytes === undefined) return;
  const { key, value } = bytes;
  const text = key?.toString() ?? null;
  if (topic === 'route.resolved') backtest.takeRoute(decodeEvent(topic, value, text).data);
  if (topic === 'guardrail.evaluated') backtest.takeJudgement(decodeEvent(topic, value, text).data);
}

/**
 * `tollgate policy backtest`: runs the files as a draft over real history, which is proven while it is read.
 * @returns 0 where all would have gone as it went, 1 where something would not
 * @throws CommandError when the history does not prove itself: nothing that was counted until then is said
 */
export async function backtestPolicy(context: CommandContext, options: BacktestOptions): Promise<ExitCode> {
  const { terminal } = context;
  const { name, compiled } = readPolicyFiles(options);
  const { export: file } = options;
  const source =
    file === undefined ? await ledgerSource(context, options) : fileSource({ ...options, export: file });
  const backtest = new Backtest(compiled);
  const progress = createProgress(terminal, context.now);
  let [records, total, checkpoint, first, last] = [0, 0, 0, Infinity, -Infinity];
  const verdict = await verifyExport(source.chunks, {
    key: verifierKeyOption(source.key),
    witnesses: [],
    onHeader: ({ range, kind }, { size }) => {
      checkpoint = size;
      total = kind === 'contiguous' ? range.to - range.from : 0;
    },
    onRecord: (record) => {
      takeRecord(backtest, record);
      [first, last] = [Math.min(first, record.arrivedAt), Math.max(last, record.arrivedAt)];
      records += 1;
      if (records % 1000 === 0) progress.show(records, total);
    },
  });
  progress.clear();
  if (verdict.fault !== undefined) {
    const { line, why } = verdict.fault;
    throw new CommandError(
      `${file ?? 'what the ledger answered'}, line ${line}: ${why}: history that does not prove itself is no history`,
      EXIT_CODE.failure,
    );
  }
  const summary = backtest.summary();
  const history: BacktestHistory = {
    records,
    checkpoint,
    ...(records === 0 ? {} : { from: new Date(first), to: new Date(last) }),
  };
  for (const line of backtestText(name, summary, history, terminal)) terminal.say(line);
  terminal.give({ draft: name, history, ...summary });
  return summary.changed === 0 ? EXIT_CODE.done : EXIT_CODE.failure;
}
