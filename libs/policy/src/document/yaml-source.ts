import { type JsonValue } from '@tollgate/contracts';
import {
  Composer,
  CST,
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  Parser,
  visit,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { type DocumentFault } from './document-fault.js';
import { offsetInScalar } from './offset-in-scalar.js';

/** The largest policy or directory, in bytes of UTF-8. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;
/** How deep a document may nest. */
export const MAX_DEPTH = 64;

/** How many tokens a document may have: what the largest one of people has, and a little more. */
const MAX_TOKENS = 4_000_000;
/** How many faults are told at once. */
const MAX_FAULTS = 100;

/** A place in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A YAML text, read: plain JSON data and where each part of it stands; or what is wrong, each with its place. */
export type YamlSource =
  | {
      readonly ok: true;
      readonly json: JsonValue;
      readonly place: (pointer: string, offset?: number) => Place;
    }
  | { readonly ok: false; readonly faults: (DocumentFault & { readonly place: Place })[] };

const refused = (message: string, place: Place, pointer = ''): YamlSource => ({
  ok: false,
  faults: [{ pointer, message, place }],
});

/** Before it is parsed, which takes the more time and memory. */
function hasMoreTokensThan(limit: number, text: string): boolean {
  const tokens = new Lexer().lex(text);
  let count = 0;
  while (tokens.next().done !== true) if (++count > limit) return true;
  return false;
}

/** The offset at which a text nests deeper than allowed. Without recursion, as the text may be made to exhaust the stack. */
function tooDeepAt(tokens: CST.Token[]): number | undefined {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH) return token.offset;
    if (token.type === 'document') {
      if (token.value) open.push({ token: token.value, depth });
    } else if (CST.isCollection(token)) {
      for (const item of token.items) {
        if (item.key) open.push({ token: item.key, depth: depth + 1 });
        if (item.value) open.push({ token: item.value, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

/** What YAML has and JSON has not, and keys that stand twice: the parser compares each with all, which a text may exploit. */
function foreignParts(document: Document): { readonly node: Node; readonly message: string }[] {
  const found: { node: Node; message: string }[] = [];
  visit(document, {
    Alias: (_, node) => void found.push({ node, message: 'aliases are not allowed' }),
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push({ node: key, message: 'the key stands here twice' });
        seen.add(key.value);
      }
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'number' && !Number.isFinite(node.value))
        found.push({ node, message: 'must be a finite number' });
    },
  });
  return found;
}

const unescape = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** Finds nodes by pointers; each map that is looked into is indexed once. */
class NodeFinder {
  readonly #root: Node | null;
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

  constructor(root: Node | null) {
    this.#root = root;
  }

  #pair(map: YAMLMap, name: string): Pair | undefined {
    let pairs = this.#pairs.get(map);
    if (pairs === undefined) {
      pairs = new Map(map.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : '', pair]));
      this.#pairs.set(map, pairs);
    }
    return pairs.get(name);
  }

  /** The node that a pointer names, or the nearest one above it that is there; a key's own node for what has a key. */
  find(pointer: string): Node | null {
    let node = this.#root;
    let shown = node;
    for (const part of pointer.split('/').slice(1).map(unescape)) {
      if (!isCollection(node)) break;
      if (isMap(node)) {
        const pair = this.#pair(node, part);
        if (pair === undefined) break;
        node = isNode(pair.value) ? pair.value : null;
        shown = isScalar(node) ? node : isNode(pair.key) ? pair.key : shown;
      } else {
        const item = node.items[Number(part)];
        if (item === undefined || isPair(item) || !isNode(item)) break;
        node = item;
        shown = item;
      }
      if (node === null) break;
    }
    return shown;
  }
}

/** Where a node begins, or where a character of a text's value stands. */
function offsetOf(text: string, node: Node | null, offset: number | undefined): number {
  const [start, end] = node?.range ?? [0, 0];
  return offset !== undefined && isScalar(node) && typeof node.value === 'string'
    ? offsetInScalar(text, start, end, node.value, offset)
    : start;
}

/**
 * Reads one YAML 1.2 document (core schema) as plain JSON: no aliases, no tags of its own, no duplicate keys, no merge
 * keys, at most {@link MAX_DOCUMENT_BYTES} long and {@link MAX_DEPTH} deep.
 */
export function readYaml(text: string): YamlSource {
  const size = new TextEncoder().encode(text).length;
  if (size > MAX_DOCUMENT_BYTES)
    return refused(`is ${size} bytes long; at most ${MAX_DOCUMENT_BYTES} are read`, { line: 1, column: 1 });
  if (hasMoreTokensThan(MAX_TOKENS, text))
    return refused(`has more than ${MAX_TOKENS} tokens`, { line: 1, column: 1 });
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return line === 0 ? { line: 1, column: 1 } : { line, column: col };
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = tooDeepAt(tokens);
  if (deep !== undefined) return refused(`nests deeper than ${MAX_DEPTH} levels`, placeOf(deep));
  const documents = [
    ...new Composer({
      uniqueKeys: false,
      stringKeys: true,
      merge: false,
      schema: 'core',
      lineCounter: lines,
    }).compose(tokens, true, text.length),
  ];
  const [document, second] = documents;
  if (document === undefined) return refused('is empty', { line: 1, column: 1 });
  if (second !== undefined) return refused('holds more than one document', placeOf(second.range[0]));
  const problems = [...document.errors, ...document.warnings].map((problem) => ({
    pointer: '',
    message: problem.message.split('\n')[0] ?? problem.code,
    place: placeOf(problem.pos[0]),
  }));
  const foreign = foreignParts(document).map(({ node, message }) => ({
    pointer: '',
    message,
    place: placeOf(node.range?.[0] ?? 0),
  }));
  if (problems.length + foreign.length > 0)
    return { ok: false, faults: [...problems, ...foreign].slice(0, MAX_FAULTS) };
  const finder = new NodeFinder(document.contents);
  return {
    ok: true,
    json: document.toJS({ maxAliasCount: 0 }) as JsonValue,
    place: (pointer, offset) => placeOf(offsetOf(text, finder.find(pointer), offset)),
  };
}
