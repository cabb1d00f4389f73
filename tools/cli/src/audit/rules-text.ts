import { RULES, type RulesVerdict } from '@tollgate/invariants';
import { type Terminal } from '../terminal/terminal.js';
import { visible } from '../terminal/visible.js';

const MOST_SHOWN = 20;

/** What the rules found, in words. */
export function rulesText(
  { violations, counts, requests }: RulesVerdict,
  { paint }: Pick<Terminal, 'paint'>,
): string[] {
  const names = Object.keys(RULES).length;
  const judged = `${requests.toLocaleString('en')} requests, ${names} rules`;
  if (violations.length === 0) return [paint('green', `the rules hold`), `  ${judged}`];
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const shown = violations.slice(0, MOST_SHOWN).map(({ rule, requestId, seq, detail }) => {
    const where = [
      ...(requestId === undefined ? [] : [`request ${requestId}`]),
      ...(seq === undefined ? [] : [`record ${seq}`]),
    ];
    return `  ${rule}: ${visible(detail)}${where.length === 0 ? '' : ` (${where.join(', ')})`}`;
  });
  return [
    paint('red', `the rules do not hold: ${all.toLocaleString('en')} violations`),
    `  ${judged}`,
    ...shown,
    ...(all > shown.length
      ? [`  … and ${(all - shown.length).toLocaleString('en')} more; --json shows up to 1,000`]
      : []),
  ];
}
