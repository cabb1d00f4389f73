import { readFile } from 'node:fs/promises';
import { documentHash, type JsonObject } from '@tollgate/contracts';
import { formatFault, parseFiles } from '@tollgate/policy';

/** Where policy and directory are. */
export interface PolicyPaths {
  readonly policyFile: string;
  readonly directoryFile: string;
}

/** Policy and directory as documents. */
export interface PolicyDocuments {
  readonly policy: JsonObject;
  readonly directory: JsonObject;
  /** SHA-256, hex, over the JCS form of `{ policy, directory }`. */
  readonly documentHash: string;
}

/** The policy files are of no use; the message holds a line `file:line:column: error: message` for each fault. */
export class PolicyFilesError extends Error {
  override readonly name = 'PolicyFilesError';
}

async function textOf(file: string, setting: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new PolicyFilesError(`${file}: the file that ${setting} names cannot be read (${code})`);
  }
}

/**
 * Reads both files.
 * @throws PolicyFilesError listing every fault
 */
export async function readPolicyFiles({ policyFile, directoryFile }: PolicyPaths): Promise<PolicyDocuments> {
  const parsed = parseFiles({
    policy: { file: policyFile, text: await textOf(policyFile, 'POLICY_FILE') },
    directory: { file: directoryFile, text: await textOf(directoryFile, 'DIRECTORY_FILE') },
  });
  if (!parsed.ok) throw new PolicyFilesError(parsed.faults.map(formatFault).join('\n'));
  const { policy, directory } = parsed;
  return { policy, directory, documentHash: documentHash(policy, directory) };
}
