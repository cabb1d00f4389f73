import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import {
  addSignature,
  formatSignerKey,
  isConsistent,
  newSigner,
  NoteError,
  notesIn,
  type NoteSignerKey,
  openCheckpoint,
  type OpenedCheckpoint,
  parseSignerKey,
} from '@tollgate/ledger';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { readTextFile } from '../request/read-json-file.js';
import { verifierKeyOption } from './ledger-keys.js';
import { textAnswer } from './stream-answer.js';

/** What the command line says of a witness. */
export interface WitnessOptions {
  /** The ledger's verifier key, or a file that holds it. */
  readonly key: string;
  /** A file with the witness's own signer key. */
  readonly signerFile: string;
  /** What the witness has cosigned last; made by the first run. */
  readonly stateFile: string;
  /** Every cosigned checkpoint is appended here as well. */
  readonly mirror?: string;
}

const BASE64_HASH = /^[A-Za-z0-9+/]{43}=$/;

function readSigner(file: string, now: () => Date): NoteSignerKey {
  let signer: NoteSignerKey;
  try {
    signer = parseSignerKey(readTextFile(file), () => now().getTime());
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new CommandError(`${file}: ${error.message}`, EXIT_CODE.usage);
  }
  if (signer.verifier.kind === 'cosignature') return signer;
  throw new CommandError(
    `${file} holds no key of a witness: \`tollgate audit witness-key\` makes one`,
    EXIT_CODE.usage,
  );
}

function proofOf(answer: unknown): Buffer[] {
  const proof: unknown =
    typeof answer === 'object' && answer !== null && 'proof' in answer ? answer.proof : undefined;
  if (!Array.isArray(proof)) throw new CommandError('The answer of audit has no proof.', EXIT_CODE.failure);
  return proof.map((hash: unknown) => {
    if (typeof hash === 'string' && BASE64_HASH.test(hash)) return Buffer.from(hash, 'base64');
    throw new CommandError('The proof that audit gave is malformed.', EXIT_CODE.failure);
  });
}

function opened(
  note: string,
  whose: string,
  verifier: ReturnType<typeof verifierKeyOption>,
): OpenedCheckpoint {
  try {
    return openCheckpoint(note, verifier);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new CommandError(`${whose}: ${error.message}`, EXIT_CODE.failure, undefined, { cause: error });
  }
}

/** On disk when it returns, whole or not at all. */
function store(file: string, text: string): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, text);
  const handle = openSync(temporary, 'r');
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, file);
}

/**
 * `tollgate audit witness`: fetches the latest checkpoint, makes sure that its tree holds the one that was seen last
 * unchanged, and cosigns it (C2SP tlog-cosignature). Run it where the ledger's operators have no hand.
 */
export async function witnessLedger(context: CommandContext, options: WitnessOptions): Promise<ExitCode> {
  const { settings, terminal, interrupted, now } = context;
  const key = required(settings, 'ledgerReaderKey');
  const verifier = verifierKeyOption(options.key);
  const signer = readSigner(options.signerFile, now);
  const { auditUrl } = settings;
  const note = await textAnswer({
    url: `${auditUrl}/v1/checkpoints/latest`,
    key,
    accept: 'text/plain',
    signal: interrupted,
  });
  const latest = opened(note, 'the latest checkpoint', verifier);
  const isFirst = !existsSync(options.stateFile);
  if (!isFirst) {
    const seen = opened(notesIn(readTextFile(options.stateFile))[0] ?? '', options.stateFile, verifier);
    if (latest.size < seen.size) {
      throw new CommandError(
        `the ledger shrank: its latest checkpoint has ${latest.size} records, and this witness has seen ${seen.size}`,
        EXIT_CODE.failure,
      );
    }
    const needsProof = seen.size > 0 && latest.size > seen.size;
    const query = new URLSearchParams({ from: String(seen.size), to: String(latest.size) }).toString();
    const proof = needsProof
      ? proofOf(
          await callService({
            service: 'audit',
            url: `${auditUrl}/v1/checkpoints/consistency?${query}`,
            key,
            signal: interrupted,
          }),
        )
      : [];
    if (!isConsistent(seen, latest, proof)) {
      throw new CommandError(
        `the tree of ${latest.size} records does not hold the one of ${seen.size} that this witness has seen: the ledger was changed. Both checkpoints are evidence: keep them.\n\n${seen.note}\n${note}`,
        EXIT_CODE.failure,
      );
    }
  }
  const cosigned = addSignature(note, signer);
  store(options.stateFile, cosigned);
  if (options.mirror !== undefined) appendFileSync(options.mirror, `${cosigned}\n`);
  terminal.say(cosigned.trimEnd());
  terminal.give({ size: latest.size, isFirst, witness: signer.verifier.vkey, note: cosigned });
  return EXIT_CODE.done;
}

/** `tollgate audit witness-key NAME FILE`: makes the key of a witness, and prints the key by which others verify. */
export function makeWitnessKey({ terminal }: CommandContext, name: string, file: string): ExitCode {
  const options = { name, seed: randomBytes(32), kind: 'cosignature' as const };
  if (existsSync(file)) throw new CommandError(`${file} is there already`, EXIT_CODE.usage);
  let vkey: string;
  try {
    vkey = newSigner(options).verifier.vkey;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new CommandError(error.message, EXIT_CODE.usage, undefined, { cause: error });
  }
  writeFileSync(file, `${formatSignerKey(options)}\n`, { mode: 0o600, flag: 'wx' });
  terminal.say(vkey);
  terminal.give({ vkey, file });
  return EXIT_CODE.done;
}
