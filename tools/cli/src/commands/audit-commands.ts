import { type Command, Option } from 'commander';
import { type Period } from '../audit/ask-ledger.js';
import { type ExportFileFormat } from '../audit/export-ledger.js';
import { collected } from './options.js';
import { type RunCommand } from './run-command.js';

const FILTERS: readonly (readonly [flag: string, parameter: string, what: string])[] = [
  ['from', 'from', 'arrived at this time (RFC 3339) or later'],
  ['to', 'to', 'arrived before this time'],
  ['request', 'requestId', 'of this request'],
  ['topic', 'topic', 'of this topic'],
  ['person', 'person', 'that name this person'],
  ['action', 'action', 'of this action'],
  ['environment', 'environment', 'in this environment'],
  ['risk-level', 'riskLevel', 'of this risk'],
  ['outcome', 'outcome', 'with this outcome'],
];

const camelCase = (flag: string): string =>
  flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

type FilterOptions = Readonly<Record<string, string | undefined>>;

const queryOf = (options: FilterOptions): Record<string, string> =>
  Object.fromEntries(
    FILTERS.flatMap(([flag, parameter]) => {
      const value = options[camelCase(flag)];
      return value === undefined ? [] : [[parameter, value]];
    }),
  );

function addExport(audit: Command, run: RunCommand): void {
  const command = audit
    .command('export')
    .description('write a period of the ledger, or what a filter lets through, to a file with its proofs')
    .argument('<file>', 'what to write; FILE.part until it is whole')
    .addOption(
      new Option(
        '--format <format>',
        'ndjson can be verified; csv is for people, ocsf for tools that collect security events',
      )
        .choices(['ndjson', 'csv', 'ocsf'])
        .default('ndjson'),
    )
    .option('--resume', 'go on with an export that was cut off', false);
  for (const [flag, , what] of FILTERS) command.option(`--${flag} <value>`, `records ${what}`);
  command.action(
    (file: string, options: FilterOptions & { format: ExportFileFormat; resume: boolean }, self: Command) =>
      run(self, async (context) =>
        (await import('../audit/export-ledger.js')).exportLedger(context, {
          file,
          format: options.format,
          resume: options.resume,
          query: queryOf(options),
        }),
      ),
  );
}

const keyOption = (): Option =>
  new Option('--key <vkey>', 'the public key of the ledger, or a file that holds it').makeOptionMandatory();

const inPeriod = (command: Command): Command =>
  command
    .option('--from <time>', 'what arrived at this time (RFC 3339) or later')
    .option('--to <time>', 'what arrived before this time');

function addQuestions(audit: Command, run: RunCommand): void {
  inPeriod(audit.command('invariants'))
    .description('have audit recompute every rule from its records; exits with 1 where one does not hold')
    .action((period: Period, command: Command) =>
      run(command, async (context) =>
        (await import('../audit/check-invariants.js')).checkInvariants(context, period),
      ),
    );
  inPeriod(audit.command('report'))
    .description('a report on a period, with its population and its checkpoint')
    .argument(
      '<name>',
      'decisions, overrides, guardrail-blocks, timeouts, separation-of-duties, policy-changes, response-times, rubber-stamps or ledger-access',
    )
    .option('--csv', 'as CSV, for spreadsheets', false)
    .action((name: string, options: Period & { csv: boolean }, command: Command) =>
      run(command, async (context) =>
        (await import('../audit/show-report.js')).showReport(context, { name, ...options }),
      ),
    );
}

/** `tollgate audit …` */
export function addAuditCommands(program: Command, run: RunCommand): void {
  const audit = program
    .command('audit')
    .description('question the ledger, take it away, and prove that it is complete and unchanged');
  addExport(audit, run);
  addQuestions(audit, run);
  audit
    .command('verify')
    .description(
      'prove offline that the records of an export are those of the ledger; exits with 0 only if all holds',
    )
    .argument('<file>', 'an export as ndjson; - for standard input')
    .addOption(keyOption())
    .option('--witness <vkey>', 'the public key of a witness, or a file that holds it', collected, [])
    .option(
      '--until <file>',
      'checkpoints that you kept (one or a mirror): the export must reach them and agree',
    )
    .option('--proofs-only', 'leave out the rules: prove only that nothing is missing or changed', false)
    .action(
      (
        file: string,
        options: { key: string; witness: string[]; until?: string; proofsOnly: boolean },
        command: Command,
      ) =>
        run(command, async (context) =>
          (await import('../audit/verify-ledger-export.js')).verifyLedgerExport(context, {
            file,
            key: options.key,
            witnesses: options.witness,
            until: options.until,
            proofsOnly: options.proofsOnly,
          }),
        ),
    );
  audit
    .command('witness')
    .description('cosign the latest checkpoint, if its tree holds the one that you saw last unchanged')
    .addOption(keyOption())
    .requiredOption('--signer <file>', "holds the witness's own key, as `audit witness-key` makes it")
    .requiredOption('--state <file>', 'what was cosigned last; the first run makes it')
    .option('--mirror <file>', 'append what is cosigned to this file as well')
    .action((options: { key: string; signer: string; state: string; mirror?: string }, command: Command) =>
      run(command, async (context) =>
        (await import('../audit/witness-ledger.js')).witnessLedger(context, {
          key: options.key,
          signerFile: options.signer,
          stateFile: options.state,
          mirror: options.mirror,
        }),
      ),
    );
  audit
    .command('witness-key')
    .description('make the key of a witness, and print the public one')
    .argument('<name>', 'of the witness, as in example.com/witness')
    .argument('<file>', 'where to keep the private key')
    .action((name: string, file: string, _options: object, command: Command) =>
      run(command, async (context) =>
        (await import('../audit/witness-ledger.js')).makeWitnessKey(context, name, file),
      ),
    );
}
