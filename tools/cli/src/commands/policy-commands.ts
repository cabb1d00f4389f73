import { type JsonObject, RISK_LEVELS, type RiskLevel } from '@tollgate/contracts';
import { type Command, Option } from 'commander';
import { type BacktestOptions } from '../policy/backtest/backtest-policy.js';
import { collected, durationOption, jsonObjectOption, yesOption } from './options.js';
import { type RunCommand } from './run-command.js';

interface Paths {
  readonly policy: string;
  readonly directory: string;
}

const example = (...lines: readonly string[]): string =>
  ['', lines.length === 1 ? 'Example:' : 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');

const withPaths = (command: Command): Command =>
  command
    .option('--policy <file>', 'the policy', 'policies/policy.yaml')
    .option('--directory <file>', 'the directory', 'policies/directory.yaml');

/** What reads files alone. */
function addFileCommands(policy: Command, run: RunCommand): void {
  withPaths(policy.command('lint'))
    .description('check the files: file:line:column: severity: message')
    .option('--strict', 'warnings count as errors', false)
    .addHelpText('after', example('npx tollgate policy lint --strict'))
    .action((options: Paths & { strict: boolean }, command: Command) =>
      run(command, async ({ terminal }) =>
        (await import('../policy/lint-policy.js')).lintPolicy(terminal, options),
      ),
    );
  withPaths(policy.command('test'))
    .description('hold the files against cases: a request, and what the policy must make of it')
    .argument('[files...]', 'files of cases (default: policies/cases.yaml)')
    .addHelpText(
      'after',
      example('npx tollgate policy test', 'npx tollgate policy test policies/*cases.yaml'),
    )
    .action((files: string[], paths: Paths, command: Command) =>
      run(command, async ({ terminal }) =>
        (await import('../policy/test-policy.js')).testPolicy(terminal, {
          ...paths,
          files: files.length === 0 ? ['policies/cases.yaml'] : files,
        }),
      ),
    );
  withPaths(policy.command('show'))
    .description('the boundary matrix: who decides which action at which risk in which environment')
    .option('--environment <name>', 'this environment alone')
    .option('--svg <file>', 'write it as a picture, too')
    .option('--live', 'of the revision that rules, instead of the files', false)
    .addHelpText(
      'after',
      example(
        'npx tollgate policy show',
        'npx tollgate policy show --environment production --svg matrix.svg',
      ),
    )
    .action((options: Paths & { environment?: string; svg?: string; live: boolean }, command: Command) =>
      run(command, async (context) =>
        (await import('../policy/show-policy.js')).showPolicy(context, options),
      ),
    );
}

interface ExplainFlags extends Paths {
  action: string;
  risk: RiskLevel;
  environment: string;
  requester: string;
  onBehalfOf: string[];
  target: JsonObject;
  parameters: JsonObject;
  live: boolean;
}

function addExplainCommand(policy: Command, run: RunCommand): void {
  withPaths(policy.command('explain'))
    .description('who would decide a request, and why; asks nobody')
    .requiredOption('--action <name>', 'what it asks for')
    .addOption(
      new Option('--risk <level>', 'the risk that it claims').choices(RISK_LEVELS).makeOptionMandatory(),
    )
    .requiredOption('--environment <name>', 'where')
    .requiredOption('--requester <person>', 'who asks, and so never decides')
    .option('--on-behalf-of <person>', 'for whom; may be given several times', collected, [])
    .option('--target <json>', 'what it is about, as a JSON object', jsonObjectOption, {})
    .option('--parameters <json>', 'how, as a JSON object', jsonObjectOption, {})
    .option('--live', 'by the revision that rules, instead of the files', false)
    .addHelpText(
      'after',
      example(
        'npx tollgate policy explain --action deploy_prod --risk high --environment production \\',
        `    --requester alice --target '{"region": "eu-west"}'`,
      ),
    )
    .action((options: ExplainFlags, command: Command) =>
      run(command, async (context) =>
        (await import('../policy/explain-policy.js')).explainPolicy(context, options),
      ),
    );
}

function addChangeCommands(policy: Command, run: RunCommand): void {
  withPaths(policy.command('diff'))
    .description('what the files would change, in rules and in effect; exits with 1 where something differs')
    .option('--base-policy <file>', 'compare with this policy, instead of the revision that rules')
    .option('--base-directory <file>', 'compare with this directory, instead of the revision that rules')
    .addHelpText(
      'after',
      example(
        'npx tollgate policy diff',
        'git show main:policies/policy.yaml > /tmp/base.yaml',
        'npx tollgate policy diff --base-policy /tmp/base.yaml',
      ),
    )
    .action((options: Paths & { basePolicy?: string; baseDirectory?: string }, command: Command) =>
      run(command, async (context) =>
        (await import('../policy/diff-policy.js')).diffPolicy(context, options),
      ),
    );
  withPaths(policy.command('backtest'))
    .description(
      'run the files over real history: who would have decided, what would have been blocked; exits with 1 where something differs',
    )
    .option('--from <time>', 'records that arrived at this time (RFC 3339) or later')
    .option('--to <time>', 'records that arrived before this time')
    .option('--export <file>', 'what `audit export` wrote, instead of the running ledger; needs --key')
    .option('--key <vkey>', 'the public key of the ledger, or a file that holds it')
    .addHelpText(
      'after',
      example(
        'npx tollgate policy backtest --from 2026-11-01T00:00:00Z',
        'npx tollgate policy backtest --policy draft.yaml --export november.ndjson --key ledger.vkey',
      ),
    )
    .action((options: BacktestOptions, command: Command) =>
      run(command, async (context) =>
        (await import('../policy/backtest/backtest-policy.js')).backtestPolicy(context, options),
      ),
    );
  withPaths(policy.command('publish'))
    .description('propose the files as the next revision; the policy that rules says who must approve it')
    .option('--reason <text>', 'why, for those who are asked')
    .option('--wait [duration]', 'stay until it is decided, or for so long (90s, 10m, PT4H)', durationOption)
    .addHelpText('after', example(`npx tollgate policy publish --reason 'Two people for deletions' --wait`))
    .action((options: Paths & { reason?: string; wait?: number | true }, command: Command) =>
      run(command, async (context) =>
        (await import('../policy/publish-policy.js')).publishPolicy(context, {
          ...options,
          wait: options.wait !== undefined,
          ...(typeof options.wait === 'number' ? { timeoutMs: options.wait } : {}),
        }),
      ),
    );
}

function addOperatorCommands(policy: Command, run: RunCommand): void {
  policy
    .command('deactivate')
    .description('for operators: a person decides nothing any more, at once and without approval')
    .argument('<person>', 'a person id of the directory')
    .requiredOption('--reason <text>', 'why, for the record')
    .addHelpText('after', example(`npx tollgate policy deactivate bob --reason 'left the company'`))
    .action((person: string, { reason }: { reason: string }, command: Command) =>
      run(command, async (context) =>
        (await import('../policy/deactivate-person.js')).deactivatePerson(context, person, reason),
      ),
    );
  withPaths(policy.command('recover'))
    .description(
      'for operators: publish the files at once, WITHOUT approval, where nobody can approve any more',
    )
    .requiredOption('--justification <text>', 'why nobody can approve it; stays on the ledger')
    .addOption(yesOption())
    .addHelpText(
      'after',
      example(`npx tollgate policy recover --justification 'All approvers left; board resolution 7'`),
    )
    .action((options: Paths & { justification: string; yes: boolean }, command: Command) =>
      run(command, async (context) =>
        (await import('../policy/recover-policy.js')).recoverPolicy(context, options),
      ),
    );
}

/** `tollgate policy …` */
export function addPolicyCommands(program: Command, run: RunCommand): void {
  const policy = program.command('policy').description('who decides what: check, explain, show, change');
  addFileCommands(policy, run);
  addExplainCommand(policy, run);
  addChangeCommands(policy, run);
  addOperatorCommands(policy, run);
}
