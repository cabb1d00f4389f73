import { readFileSync } from 'node:fs';
import { type JsonObject } from '@tollgate/contracts';
import { parseFiles } from '@tollgate/policy';
import { type IntakeConfig } from '../intake.config.js';

/** Policy and directory, as a proposal carries them. */
export interface Documents {
  readonly policy: JsonObject;
  readonly directory: JsonObject;
}

/** The documents that an intake of the tests starts with. */
export function shippedDocuments({
  policyFile,
  directoryFile,
}: Pick<IntakeConfig, 'policyFile' | 'directoryFile'>): Documents {
  const parsed = parseFiles({
    policy: { file: policyFile, text: readFileSync(policyFile, 'utf8') },
    directory: { file: directoryFile, text: readFileSync(directoryFile, 'utf8') },
  });
  if (!parsed.ok) throw new Error('the shipped policy has faults');
  return { policy: parsed.policy, directory: parsed.directory };
}

/** The same with another time that a release may be used: a change that touches no cell. */
export const withValidity = ({ policy, directory }: Documents, releaseValidity: string): Documents => ({
  policy: { ...policy, releaseValidity },
  directory,
});

/** The same with one more line at the end, for an action of its own. */
export const withLine = ({ policy, directory }: Documents, action: string): Documents => ({
  policy: {
    ...policy,
    matrix: [
      ...(policy['matrix'] as JsonObject[]),
      { id: action, action, riskLevel: '*', environment: '*', decide: { role: 'cto' } },
    ],
  },
  directory,
});
