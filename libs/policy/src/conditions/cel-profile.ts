import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { matchesRe2, patternFault } from './matches-re2.js';

/** The longest condition, in UTF-16 units. */
export const MAX_CONDITION = 4000;
/** How many `+` a condition may have: texts that are put together grow with each. */
export const MAX_ADDITIONS = 20;
/** How deep comprehensions (`all`, `exists`, `filter`, …) may nest. */
export const MAX_NESTED = 2;

/** What is wrong with a condition, and where in its text (UTF-16 units from 0). */
export interface ConditionFault {
  readonly message: string;
  readonly offset: number;
}

const VARIABLES = {
  action: 'string',
  environment: 'string',
  risk: 'string',
  requester: 'string',
  producer: 'string',
  owner: 'string',
  onBehalfOf: 'list<string>',
  target: 'map<string, dyn>',
  parameters: 'map<string, dyn>',
} as const;

/** The names that a condition may use. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(VARIABLES);

const FUNCTIONS = new Set(['has', 'size', 'int', 'double', 'string', 'dyn', 'matchesRe2']);
const METHODS = new Set(['size', 'startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii', 'trim']);
const COMPREHENSIONS = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/** CEL with the variables of a request, and the bounds of this profile. */
export function celEnvironment(): Environment {
  const environment = new Environment({
    limits: { maxAstNodes: 2000, maxDepth: 32, maxListElements: 1000, maxMapEntries: 100 },
  });
  for (const [name, type] of Object.entries(VARIABLES)) environment.registerVariable(name, type);
  environment.registerFunction('matchesRe2(string, string): bool', matchesRe2);
  return environment;
}

/** What a condition costs: how deep its loops nest, and whether it searches texts within one. */
export interface ConditionCost {
  readonly loops: number;
  readonly searchesInLoop: boolean;
  /** How many searches of a text stand in it. */
  readonly searches: number;
  /** Entries of the longest list standing in the condition that a loop runs over. */
  readonly longest: number;
  /** The names that it speaks of, those of its loops among them. */
  readonly variables: ReadonlySet<string>;
}

interface Visit {
  readonly node: ASTNode;
  /** Comprehensions around the node. */
  readonly nested: number;
  /** Loops around the node: comprehensions, and `in` over data. */
  readonly loops: number;
}

const isRange = (node: ASTNode): boolean => {
  switch (node.op) {
    case 'id':
      return true;
    case 'list':
      return true;
    case '.':
    case '[]':
      return isRange(node.args[0]);
    case 'rcall':
      return (node.args[0] === 'filter' || node.args[0] === 'map') && isRange(node.args[1]);
    default:
      return false;
  }
};

function callFault(name: string, isMethod: boolean, node: ASTNode): ConditionFault | undefined {
  if (name === 'matches')
    return {
      offset: node.start,
      message: 'matches may take very long on some patterns: use matchesRe2(text, "pattern")',
    };
  if (isMethod ? METHODS.has(name) || COMPREHENSIONS.has(name) : FUNCTIONS.has(name)) return undefined;
  return { offset: node.start, message: `${name} is no function that conditions may use` };
}

function searchFault(args: readonly ASTNode[]): ConditionFault | undefined {
  const [, pattern] = args;
  if (pattern === undefined) return undefined;
  if (pattern.op !== 'value' || typeof pattern.args !== 'string')
    return {
      offset: pattern.start,
      message: 'the pattern of matchesRe2 must stand here as a text in quotes',
    };
  const message = patternFault(pattern.args);
  return message === undefined ? undefined : { offset: pattern.start, message };
}

function comprehensionFault(range: ASTNode, node: ASTNode, nested: number): ConditionFault | undefined {
  if (nested > MAX_NESTED)
    return { offset: node.start, message: `loops nest deeper than ${MAX_NESTED}: it would run too long` };
  return isRange(range)
    ? undefined
    : {
        offset: range.start,
        message: 'a loop must run over a field, a list that stands here, filter or map',
      };
}

const childrenOf = (node: ASTNode): readonly ASTNode[] => {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'list':
      return node.args;
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
};

/**
 * Holds a parsed condition against the profile: only functions that run in a time known beforehand, loops only over
 * data, at most {@link MAX_NESTED} deep.
 */
export function judgeProfile(root: ASTNode): ConditionFault | ConditionCost {
  let loopsInAll = 0;
  let searchesInLoop = false;
  let searches = 0;
  let additions = 0;
  let longest = 0;
  const variables = new Set<string>();
  const open: Visit[] = [{ node: root, nested: 0, loops: 0 }];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { node, nested, loops } = visit;
    if (node.op === 'id') variables.add(node.args);
    if (node.op === '+' && ++additions > MAX_ADDITIONS)
      return { offset: node.start, message: `adds more than ${MAX_ADDITIONS} times` };
    if (node.op === 'call' || node.op === 'rcall') {
      const [name] = node.args;
      const fault = callFault(name, node.op === 'rcall', node);
      if (fault !== undefined) return fault;
    }
    if (node.op === 'call' && node.args[0] === 'matchesRe2') {
      const fault = searchFault(node.args[1]);
      if (fault !== undefined) return fault;
      searches += 1;
      searchesInLoop ||= loops > 0;
    }
    if (node.op === 'rcall' && COMPREHENSIONS.has(node.args[0])) {
      const [, range, body] = node.args;
      const fault = comprehensionFault(range, node, nested + 1);
      if (fault !== undefined) return fault;
      loopsInAll = Math.max(loopsInAll, loops + 1);
      if (range.op === 'list') longest = Math.max(longest, range.args.length);
      open.push({ node: range, nested, loops });
      for (const inner of body) open.push({ node: inner, nested: nested + 1, loops: loops + 1 });
      continue;
    }
    if (node.op === 'in' && node.args[1].op !== 'list') loopsInAll = Math.max(loopsInAll, loops + 1);
    for (const child of childrenOf(node)) open.push({ node: child, nested, loops });
  }
  return { loops: loopsInAll, searchesInLoop, searches, longest, variables };
}
