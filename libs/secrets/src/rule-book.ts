import { RE2Set } from 're2js';
import { BETWEEN } from './blocks.js';
import { matchesFrom, type MatchesFrom } from './matches-from.js';
import { type AddedRule, type TextFinding, type TextRule } from './rule.js';

/** Where a rule of a text finds its secret, in one of them compiled. */
interface CompiledRule {
  readonly id: string;
  readonly matches: MatchesFrom;
  readonly accept: NonNullable<TextRule['accept']>;
}

const END_OF_KEY = /-----END[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|Private-MAC: *[0-9a-f]+/g;

/** A private key is found by its first line; all of it is the secret, up to where it ends or the text does. */
function endOfKey(text: string, from: number): number {
  END_OF_KEY.lastIndex = from;
  return END_OF_KEY.exec(text) === null ? text.length : END_OF_KEY.lastIndex;
}

const TOKEN = /[A-Za-z0-9_+/=~-]*/y;

const QUOTES = new Set(['"', "'", '`']);
/** A quoted value is no longer. */
const LONGEST_QUOTED = 1000;
/** What may separate settings (`Password=a;Database=b`), or stand within a password. */
const SEPARATED = /[;&,<>|\\!?#$%^*(){}[\]]+([^\s"'`;&,<>|\\]*)/y;

/** Where a value ends that begins at `start` and goes at least to `from`: with its quotes, or with what belongs to it. */
function endOfValue(text: string, start: number, from: number): number {
  const quote = text.charAt(start - 1);
  if (QUOTES.has(quote)) {
    const closing = text.indexOf(quote, from);
    if (closing >= 0 && closing - start <= LONGEST_QUOTED && !text.slice(from, closing).includes('\n'))
      return closing;
  }
  TOKEN.lastIndex = from;
  TOKEN.exec(text);
  return Math.max(from, TOKEN.lastIndex);
}

/** As {@link endOfValue}, for a password, which can hold anything: a separator ends it only before another setting. */
function endOfPassword(text: string, start: number, from: number): number {
  let end = endOfValue(text, start, from);
  for (;;) {
    SEPARATED.lastIndex = end;
    const next = SEPARATED.exec(text)?.[1];
    if (next === undefined || next === '' || /[=:]/.test(next)) return end;
    end = SEPARATED.lastIndex;
  }
}

function endOf(rule: string, text: string, start: number, end: number): number {
  if (rule === 'private-key') return endOfKey(text, end);
  return rule === 'password' ? endOfPassword(text, start, end) : endOfValue(text, start, end);
}

/** What turned out to be no secret is looked into again, up to this length, so that no text takes long. */
const LOOKED_INTO = 300;

function findingsOf({ id, matches, accept }: CompiledRule, text: string): TextFinding[] {
  const found: TextFinding[] = [];
  const nextMatch = matches(text);
  for (let match = nextMatch(0); match !== undefined;) {
    const { from, groups, start, end } = match;
    const accepted = accept(groups);
    let next = end;
    if (accepted !== false && end > start) {
      const rule = accepted === true ? id : accepted;
      next = endOf(rule, text, start, end);
      found.push({ rule, start, end: next });
    } else if (end - start <= LOOKED_INTO) next = Math.max(start - 1, from + 1);
    // From the end of the secret, not of the match: what stands between two secrets may belong to both.
    match = next < text.length ? nextMatch(next) : undefined;
  }
  return found;
}

/** A rule of ours, or one of a policy, which is its own trigger. */
type BookRule = AddedRule & Partial<Pick<TextRule, 'trigger' | 'accept' | 'isQuick'>>;

/** Rules behind one automaton that tells which of them are worth a closer look. */
export class RuleBook {
  readonly #rules: readonly CompiledRule[];
  readonly #triggers = new RE2Set(RE2Set.UNANCHORED);

  constructor(rules: readonly BookRule[]) {
    this.#rules = rules.map(({ id, pattern, isQuick, accept = () => true }) => ({
      id,
      matches: matchesFrom(pattern, isQuick),
      accept,
    }));
    for (const { pattern, trigger = pattern } of rules) this.#triggers.add(trigger);
    this.#triggers.compile();
  }

  /**
   * What the rules find in a text.
   * @returns undefined where nothing in it is worth a closer look, by whatever rule
   */
  find(text: string): TextFinding[] | undefined {
    if (this.#triggers.match(text).length === 0) return undefined;
    const found: TextFinding[] = [];
    let at = 0;
    for (const part of text.split(BETWEEN)) {
      for (const index of this.#triggers.match(part)) {
        const rule = this.#rules[index];
        if (rule === undefined) continue;
        for (const finding of findingsOf(rule, part))
          found.push({ ...finding, start: at + finding.start, end: at + finding.end });
      }
      at += part.length + BETWEEN.length;
    }
    return found;
  }
}
