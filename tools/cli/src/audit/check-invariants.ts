import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal/terminal.js';
import { visible } from '../terminal/visible.js';
import { askLedger, type Period, periodQuery } from './ask-ledger.js';

interface Rule {
  readonly rule: string;
  readonly says: string;
  readonly violations: number;
  readonly first: readonly {
    readonly requestId: string | null;
    readonly seq: number | null;
    readonly detail: string;
  }[];
}

interface Invariants {
  readonly holds: boolean;
  readonly checked: number;
  readonly requests: number;
  readonly checkpoint: { readonly size: number };
  readonly rules: readonly Rule[];
}

/** What of the answer is shown has the form that it is shown in. */
function isInvariants(answer: object): answer is Invariants {
  const { holds, checked, requests, checkpoint, rules } = answer as Partial<Invariants>;
  return (
    typeof holds === 'boolean' &&
    typeof checked === 'number' &&
    typeof requests === 'number' &&
    typeof checkpoint?.size === 'number' &&
    Array.isArray(rules) &&
    rules.every(({ rule, says, violations, first }: Partial<Rule>) => {
      const isText = typeof rule === 'string' && typeof says === 'string';
      return isText && typeof violations === 'number' && Array.isArray(first);
    })
  );
}

const many = (count: number): string => count.toLocaleString('en');

function ruleLines({ rule, says, violations, first }: Rule, { paint }: Pick<Terminal, 'paint'>): string[] {
  if (violations === 0) return [`  ${paint('green', 'holds')}   ${visible(rule)}: ${visible(says)}`];
  return [
    `  ${paint('red', 'broken')}  ${visible(rule)}: ${visible(says)}`,
    ...first.map(({ requestId, seq, detail }) => {
      const where = [requestId === null ? '' : `request ${requestId}`, seq === null ? '' : `record ${seq}`];
      return `            ${visible(detail)} (${where.filter((part) => part !== '').join(', ') || 'no record'})`;
    }),
    ...(violations > first.length ? [`            and ${many(violations - first.length)} more`] : []),
  ];
}

/**
 * `tollgate audit invariants`: has audit recompute every rule from its records. `audit verify` does the same offline, without
 * trusting audit.
 * @returns 0 where every rule holds, 1 where one does not
 */
export async function checkInvariants(context: CommandContext, period: Period): Promise<ExitCode> {
  const { terminal } = context;
  const answer = await askLedger(context, `/v1/invariants${periodQuery(period)}`);
  if (!isInvariants(answer))
    throw new CommandError('audit answered something that is no list of rules', EXIT_CODE.failure);
  const { holds, checked, requests, checkpoint, rules } = answer;
  for (const rule of rules) for (const line of ruleLines(rule, terminal)) terminal.say(line);
  terminal.say(
    `${many(rules.length)} rules over ${many(requests)} requests in ${many(checked)} records, up to the checkpoint of ${many(checkpoint.size)}.`,
  );
  terminal.give(answer);
  return holds ? EXIT_CODE.done : EXIT_CODE.failure;
}
