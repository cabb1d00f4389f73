import { type BacktestAspect, type BacktestGroup, type BacktestSummary } from '@tollgate/policy';
import { type Style } from '../../terminal/terminal.js';
import { visible } from '../../terminal/visible.js';
import { wrap } from '../../terminal/wrap.js';

/** Over what a draft was run. */
export interface BacktestHistory {
  /** Of the ledger. */
  readonly records: number;
  /** The size of the checkpoint that proves them. */
  readonly checkpoint: number;
  /** When the first and last of them came on record; absent where there are none. */
  readonly from?: Date;
  readonly to?: Date;
}

/** How it is written. */
export interface BacktestStyle {
  readonly paint: (style: Style, text: string) => string;
  readonly width: number;
}

const TITLES: Readonly<Record<BacktestAspect, string>> = {
  decider: 'Who decides',
  asked: 'Who is asked',
  clock: 'How long, and what silence means',
  'sign-in': 'How surely whoever votes is known',
  risk: 'Effective risk',
  preflight: 'What guardrails say beforehand',
  gate: 'What the gate says',
  release: 'What becomes of the release',
};
const ORDER = Object.keys(TITLES) as BacktestAspect[];

/** The ways of an aspect that are written out; the others are counted. */
const SHOWN = 10;

const count = (many: number, what: string): string =>
  `${many.toLocaleString('en')} ${what}${many === 1 ? '' : 's'}`;
const day = (date: Date): string => date.toISOString().slice(0, 16).replace('T', ' ');

function groupLines({ requests, was, would, examples }: BacktestGroup, { paint, width }: BacktestStyle) {
  const side = (first: string, words: string): string[] =>
    wrap(visible(words), { width, first, others: '      ' });
  return [
    `  ${paint('bold', count(requests, 'request'))}, as ${examples[0] ?? ''}`,
    ...side('    - ', was).map((line) => paint('red', line)),
    ...side('    + ', would).map((line) => paint('green', line)),
  ];
}

/** A draft and history, for people. */
export function backtestText(
  draft: string,
  { requests, judged, changed, groups, ungrouped }: BacktestSummary,
  history: BacktestHistory,
  style: BacktestStyle,
): string[] {
  const { from, to, records, checkpoint } = history;
  const period = from === undefined || to === undefined ? '' : ` from ${day(from)} to ${day(to)} UTC`;
  const lines = [
    ...wrap(
      `${visible(draft)}, over ${count(requests, 'request')} and ${count(judged, 'judgement')} among ${count(records, 'record')} of the ledger${period}, proven by its checkpoint of ${checkpoint.toLocaleString('en')}.`,
      style,
    ),
    '',
    changed === 0
      ? 'All would have gone as they went.'
      : `${count(changed, 'request')} would have gone another way, ${(requests - changed).toLocaleString('en')} as they went.`,
  ];
  for (const aspect of ORDER) {
    const of = groups.filter((group) => group.aspect === aspect);
    if (of.length === 0) continue;
    lines.push('', style.paint('bold', TITLES[aspect]));
    for (const group of of.slice(0, SHOWN)) lines.push(...groupLines(group, style));
    if (of.length > SHOWN) lines.push(`  and ${count(of.length - SHOWN, 'other way')}: --json shows them`);
  }
  if (ungrouped > 0)
    lines.push('', `${count(ungrouped, 'further change')} are counted only: there are too many ways.`);
  return lines;
}
