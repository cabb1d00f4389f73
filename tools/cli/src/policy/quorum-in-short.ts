import { type QuorumExpression } from '@tollgate/contracts';

const ROLE = 'role:';

/** A role by its name alone, as in the files; `group:dba`, `person:erin`. */
const selectorInShort = (selector: string): string =>
  selector.startsWith(ROLE) ? selector.slice(ROLE.length) : selector;

const anyOf = (selectors: readonly string[]): string =>
  selectors.length === 1
    ? selectors.map(selectorInShort).join('')
    : `(${selectors.map(selectorInShort).join(' or ')})`;

function joined(of: readonly QuorumExpression[], separator: string): string {
  const parts = of.map((branch) => {
    const text = quorumInShort(branch);
    return of.length > 1 && 'of' in branch && branch.kind !== 'weighted' ? `(${text})` : text;
  });
  return parts.join(separator);
}

/** What a quorum asks for in a few words, for the cell of a table: `2 of team-lead`, `team-lead + (vp or cto)`. */
export function quorumInShort(node: QuorumExpression): string {
  switch (node.kind) {
    case 'one':
      return selectorInShort(node.from);
    case 'people':
      return `${node.count} of ${anyOf(node.from)}`;
    case 'majority':
      return `most of ${anyOf(node.from)}`;
    case 'unanimous':
      return `all of ${anyOf(node.from)}`;
    case 'weighted':
      return `weight ${node.threshold} of ${anyOf(node.of.map(({ from }) => from))}`;
    case 'any':
      return joined(node.of, ' or ');
    case 'all':
      return joined(node.of, ' + ');
    case 'atLeast':
      return `${node.count} of (${joined(node.of, ', ')})`;
    case 'stages':
      return joined(node.of, ' → ');
    case 'veto':
      return `${quorumInShort(node.in)}, veto ${anyOf(node.by)}`;
    case 'denials':
      return node.count === 1 ? quorumInShort(node.in) : `${quorumInShort(node.in)}, ${node.count} denials`;
  }
}
