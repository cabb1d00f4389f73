import { pointerTo } from '@tollgate/contracts';
import { parseDecide, selectorsOf } from './decide.js';
import { type DirectoryDocument } from './directory-document.js';
import { type DocumentFault } from './document-fault.js';
import { peopleBySelector } from './people-by-selector.js';
import { type PolicyDocument } from './policy-document.js';

/** The most people that one step may ask. */
export const MAX_APPROVERS = 200;

/** What is wrong with a policy in view of a directory, each by itself in order: pointers are into the policy. */
export function checkTogether(policy: PolicyDocument, directory: DirectoryDocument): DocumentFault[] {
  const people = peopleBySelector(directory);
  return policy.matrix.flatMap((line, index) => {
    const decide = parseDecide(line.decide);
    if (decide?.kind !== 'people') return [];
    return selectorsOf(decide.quorum).flatMap((selector) => {
      const [kind = '', name = ''] = splitSelector(selector);
      const pointer = pointerTo('/matrix', index, 'decide', kind);
      const found = people.get(selector);
      if (found === undefined) return [{ pointer, message: `unknown ${kind}: the directory has no ${name}` }];
      if (found.length > MAX_APPROVERS)
        return [
          { pointer, message: `stands for ${found.length} people; a step asks at most ${MAX_APPROVERS}` },
        ];
      return [];
    });
  });
}

const splitSelector = (selector: string): [string, string] => {
  const colon = selector.indexOf(':');
  return [selector.slice(0, colon), selector.slice(colon + 1)];
};
