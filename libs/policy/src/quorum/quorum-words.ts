import { type QuorumExpression } from '@tollgate/contracts';
import { type AskingNode } from './quorum-parts.js';

const NUMBERS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
/** How many selectors or branches are written out before the others are counted. */
const WRITTEN_OUT = 12;

/** A number as it stands in a sentence. */
export const inWords = (count: number): string => NUMBERS[count] ?? String(count);

/** `ann`, `ann or ben`, `ann, ben or cat`; of many only some, and how many there are besides. */
export function listed(
  items: readonly string[],
  conjunction: string,
  most = WRITTEN_OUT,
  separator = ', ',
): string {
  const shown = items.slice(0, most);
  if (items.length > most) return `${shown.join(separator)} ${conjunction} ${items.length - most} more`;
  const last = shown.pop() ?? 'nobody';
  return shown.length === 0 ? last : `${shown.join(separator)} ${conjunction} ${last}`;
}

/** How many people a sentence names. */
const NAMED = 10;

/** `ann, ben`; of many only some, and how many there are besides. */
export const names = (people: readonly string[]): string =>
  people.length > NAMED ? listed(people, 'and', NAMED) : people.join(', ');

/** A text of at most so many characters. */
export const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** `the role cto`, `the group dba`, `erin`. */
function selectorInWords(selector: string): string {
  const colon = selector.indexOf(':');
  const kind = selector.slice(0, colon);
  const name = selector.slice(colon + 1);
  return kind === 'person' ? name : `the ${kind} ${name}`;
}

const anyOf = (selectors: readonly string[], conjunction = 'or'): string =>
  listed([...new Set(selectors)].map(selectorInWords), conjunction);

const isPerson = (selector: string): boolean => selector.startsWith('person:');

/** `two people of the role cto`; `more` for those that are still missing of a larger number. */
export function peopleInWords(count: number, from: readonly string[], more = false): string {
  const [only = ''] = from;
  if (from.length === 1 && isPerson(only) && count === 1) return selectorInWords(only);
  const people = `${inWords(count)}${more ? ' more' : ''}`;
  return from.every(isPerson)
    ? `${people} of ${anyOf(from)}`
    : `${people} ${count === 1 ? 'person' : 'people'} of ${anyOf(from)}`;
}

/** `(the role cto weighs 2, erin 1)`. */
export const weightsInWords = (of: Extract<AskingNode, { kind: 'weighted' }>['of']): string =>
  `(${listed(
    of.map(({ from, weight }, index) => `${selectorInWords(from)} ${index === 0 ? 'weighs ' : ''}${weight}`),
    'and',
  )})`;

/** What a leaf asks for. */
export function askInWords(node: AskingNode): string {
  switch (node.kind) {
    case 'one':
      return peopleInWords(1, [node.from]);
    case 'people':
      return peopleInWords(node.count, node.from);
    case 'majority':
      return `more than half of ${anyOf(node.from, 'and')}`;
    case 'unanimous':
      return `everybody of ${anyOf(node.from, 'and')}`;
    case 'weighted':
      return `people who weigh ${node.threshold} together ${weightsInWords(node.of)}`;
  }
}

interface Phrase {
  readonly text: string;
  /** Needs brackets within another phrase. */
  readonly joined: boolean;
}

const plain = (text: string): Phrase => ({ text, joined: false });
const within = ({ text, joined }: Phrase): string => (joined ? `(${text})` : text);

function join(
  of: readonly QuorumExpression[],
  put: (branches: string[]) => string,
  samePerson?: true,
): Phrase {
  const [only] = of;
  if (of.length === 1 && only !== undefined) return phrase(only);
  const text = put(of.map((branch) => within(phrase(branch))));
  return { text: samePerson === true ? `${text}, where the same person may count` : text, joined: true };
}

function phrase(node: QuorumExpression): Phrase {
  switch (node.kind) {
    case 'any':
      return join(node.of, (branches) => listed(branches, 'or'));
    case 'all':
      return join(node.of, (branches) => listed(branches, 'and'), node.samePerson);
    case 'atLeast':
      return join(
        node.of,
        (branches) =>
          `at least ${inWords(node.count)} of these: ${listed(branches, 'or', WRITTEN_OUT, '; ')}`,
        node.samePerson,
      );
    case 'stages':
      return join(node.of, (branches) => branches.join(', and then '), node.samePerson);
    case 'veto':
      return { text: `${within(phrase(node.in))}, with a veto for ${anyOf(node.by, 'and')}`, joined: true };
    case 'denials':
      return node.count === 1
        ? phrase(node.in)
        : { text: `${phrase(node.in).text}; ${inWords(node.count)} denials end it`, joined: true };
    default:
      return plain(askInWords(node));
  }
}

/** What `quorumInWords` says at most, in characters. */
const LONGEST = 1000;

/**
 * What a quorum asks for, as part of a sentence: "two people of the role team-lead, and then one person of the group
 * finance".
 * @param quorum without faults ({@link quorumFaults})
 */
export const quorumInWords = (quorum: QuorumExpression): string => shortened(phrase(quorum).text, LONGEST);
