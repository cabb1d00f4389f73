import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { writtenLines } from '../document/matrix-lines.js';
import { type PolicyDocument } from '../document/policy-document.js';
import { type CellChange, diffCells } from './diff-cells.js';
import { diffGuardrails } from './diff-guardrails.js';
import { diffParts, type PartChange } from './diff-parts.js';
import { diffPeople, type PersonChange } from './diff-people.js';

/** What changes from one revision to another, in rules and in effect. Each list is bounded. */
export interface PolicyDiff {
  readonly lines: readonly PartChange[];
  readonly risk: readonly PartChange[];
  /** `releaseValidity` and `signIn` among them. */
  readonly checkpoints: readonly PartChange[];
  readonly guardrails: readonly PartChange[];
  /** Who may break the glass. */
  readonly breakGlass: readonly PartChange[];
  /** Rules by which secrets are found, by id; and which of their findings are allowed where. */
  readonly secrets: readonly PartChange[];
  /** Of the directory. */
  readonly calendars: readonly PartChange[];
  readonly people: readonly PersonChange[];
  readonly cells: readonly CellChange[];
  /** How many more entries each list would have; `places`: how many were not compared. What is complete is not named. */
  readonly more: Readonly<Record<string, number>>;
}

const byId = (parts: readonly { readonly id: string }[] = []): Map<string, object> =>
  new Map(parts.map(({ id, ...rest }) => [id, rest]));

const linesOf = (policy: PolicyDocument): Map<string, object> =>
  new Map(writtenLines(policy).map(({ rule, line: { id: _id, ...rest } }): [string, object] => [rule, rest]));

const named = (parts: object = {}): Map<string, object> => new Map(Object.entries(parts));

/** What a policy says besides its lists, each compared as it is meant: what it leaves out is the default. */
const settingsOf = ({ releaseValidity, signIn }: CompiledPolicy): Record<string, object> => ({
  releaseValidity: { is: releaseValidity },
  // No checkpoint can have this name.
  'signIn by risk': signIn,
});

const secretsIn = ({ secrets = {} }: PolicyDocument): Map<string, object> =>
  new Map<string, object>([
    ...(secrets.rules ?? []).map(({ id, ...rest }): [string, object] => [id, rest]),
    ...(secrets.allow ?? []).map(({ rule, field }): [string, object] => [
      `${rule} in ${field}`,
      { allowed: true },
    ]),
  ]);

/**
 * Compares two revisions. The short form of a matrix and its lines are compared as what they mean.
 * @param limit how many entries each list has at most
 */
export function diffPolicies(before: CompiledPolicy, after: CompiledPolicy, limit = 200): PolicyDiff {
  const { cells, morePlaces } = diffCells(before, after, limit);
  const [was, is] = [before.policy, after.policy];
  const lists = {
    lines: diffParts(linesOf(was), linesOf(is), limit, true),
    risk: diffParts(byId(was.risk), byId(is.risk), limit),
    checkpoints: diffParts(
      named({ ...was.checkpoints, ...settingsOf(before) }),
      named({ ...is.checkpoints, ...settingsOf(after) }),
      limit,
    ),
    guardrails: diffGuardrails(was.guardrails, is.guardrails, limit),
    breakGlass: diffParts(byId(was.breakGlass), byId(is.breakGlass), limit, true),
    secrets: diffParts(secretsIn(was), secretsIn(is), limit),
    calendars: diffParts(named(before.directory.calendars), named(after.directory.calendars), limit),
    people: diffPeople(before.directory, after.directory, limit),
    cells,
  };
  const more = Object.entries(lists).flatMap(([name, list]): [string, number][] =>
    list.more === 0 ? [] : [[name, list.more]],
  );
  return {
    lines: lists.lines.items,
    risk: lists.risk.items,
    checkpoints: lists.checkpoints.items,
    guardrails: lists.guardrails.items,
    breakGlass: lists.breakGlass.items,
    secrets: lists.secrets.items,
    calendars: lists.calendars.items,
    people: lists.people.items,
    cells: cells.items,
    more: Object.fromEntries(morePlaces === 0 ? more : [...more, ['places', morePlaces]]),
  };
}
