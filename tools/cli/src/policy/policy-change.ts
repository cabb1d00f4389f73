import { diffPolicies, type PolicyDiff } from '@tollgate/policy';
import { type Terminal } from '../terminal/terminal.js';
import { visible } from '../terminal/visible.js';
import { wrap } from '../terminal/wrap.js';
import { diffText, isEmptyDiff } from './diff-text.js';
import { counted } from './lint-policy.js';
import { type PolicySource } from './policy-files.js';

/** What changes from one revision to another. */
export interface PolicyChange {
  readonly from: PolicySource;
  readonly to: PolicySource;
  readonly diff: PolicyDiff;
  /** `no`: the same documents. `wording`: they differ in nothing that has an effect. */
  readonly differs: 'no' | 'wording' | 'yes';
}

/** Compares two revisions, in rules and in effect. */
export function policyChange(from: PolicySource, to: PolicySource): PolicyChange {
  const diff = diffPolicies(from.compiled, to.compiled);
  const same = from.documentHash === to.documentHash;
  return { from, to, diff, differs: same ? 'no' : isEmptyDiff(diff) ? 'wording' : 'yes' };
}

/** Tells people what changes. */
export function sayChange({ paint, width, say }: Terminal, { from, to, diff, differs }: PolicyChange): void {
  const [before, after] = [visible(from.name), visible(to.name)];
  const sayWrapped = (words: string): void => {
    for (const line of wrap(words, { width })) say(line);
  };
  if (differs === 'no')
    sayWrapped(
      `No difference: ${after} say what ${before} says${from.revision === undefined ? '' : ', which rules'}.`,
    );
  else if (differs === 'wording') sayWrapped(`From ${before} to ${after}, only what has no effect differs.`);
  else {
    sayWrapped(`From ${before} to ${after}:`);
    say('');
    const environments = new Set(
      [from, to].flatMap(({ compiled }) => compiled.lines.flatMap((line) => [...(line.environments ?? [])])),
    );
    for (const line of diffText(diff, { paint, width, environments })) say(line);
  }
}

const some = (count: number, word: string): string[] => (count === 0 ? [] : [counted(count, word)]);

/** What changes in a few words, as in `2 lines, 1 checkpoint`. */
export function changeInShort({ diff, differs }: PolicyChange): string {
  if (differs !== 'yes') return 'wording only';
  const { lines, risk, checkpoints, guardrails, breakGlass, calendars, people } = diff;
  const counts = [
    ...some(lines.length, 'line'),
    ...some(risk.length, 'risk rule'),
    ...some(checkpoints.length, 'checkpoint'),
    ...some(guardrails.length, 'guardrail'),
    ...some(breakGlass.length, 'break-glass rule'),
    ...some(calendars.length, 'calendar'),
    ...(people.length === 0 ? [] : [people.length === 1 ? '1 person' : `${people.length} people`]),
  ];
  return counts.length === 0 ? 'who decides' : counts.join(', ');
}
