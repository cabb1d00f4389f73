import { type JsonObject } from '@tollgate/contracts';
import { checkDirectory } from '../document/check-directory.js';
import { readPolicy, type ReadPolicy } from '../document/check-policy.js';
import { SIGN_IN_DEFAULTS } from '../document/policy-document.js';
import { checkTogether } from '../document/check-together.js';
import { type DirectoryDocument } from '../document/directory-document.js';
import { type DocumentFault } from '../document/document-fault.js';
import { type ElectorateOf, electoratesOf } from '../document/electorates.js';
import { below } from '../document/faults.js';
import { type CompiledGuardrail } from '../guardrail/compiled-guardrail.js';
import { indexLines } from '../matrix/line-match.js';
import { compileLines } from './compile-lines.js';
import { type CompiledPolicy } from './compiled-policy.js';
import { PolicyInvalidError } from './policy-invalid-error.js';

/** One revision as `policy.published` carries it. */
export interface PolicyRevision {
  readonly revision: number;
  readonly policy: JsonObject;
  readonly directory: JsonObject;
}

const invalid = (revision: number, faults: readonly DocumentFault[]): PolicyInvalidError => {
  const listed = faults.map(({ pointer, message }) => `${pointer.slice(1)}: ${message}`);
  return new PolicyInvalidError(`policy revision ${revision} is not valid: ${listed.join('; ')}`, faults);
};

function namesOfPeople(directory: DirectoryDocument): Map<string, string[]> {
  const named = new Map<string, Set<string>>();
  const add = (name: string, id: string): void => {
    const ids = named.get(name.toLowerCase());
    if (ids === undefined) named.set(name.toLowerCase(), new Set([id]));
    else ids.add(id);
  };
  for (const [id, person] of Object.entries(directory.people)) {
    add(id, id);
    for (const identity of person.identities ?? []) add(identity.subject, id);
  }
  return new Map([...named].map(([name, ids]) => [name, [...ids]]));
}

/** What is known of the conditions of all guardrails. */
function traitsOf(
  guardrails: readonly CompiledGuardrail[],
): Pick<CompiledPolicy, 'guardrailsAskRisk' | 'costlyConditions'> {
  const conditions = new Set(
    guardrails.flatMap((rule) => [rule.when ?? [], rule.kind === 'condition' ? rule.forbid : []].flat()),
  );
  return {
    guardrailsAskRisk: [...conditions].some(({ variables }) => variables.has('risk')),
    costlyConditions: [...conditions].filter(({ costly }) => costly).length,
  };
}

/** Indexes one revision that was checked, each document by itself and both together. */
export function assemble(
  revision: number,
  read: ReadPolicy,
  directory: DirectoryDocument,
  electorateOf: ElectorateOf,
): CompiledPolicy {
  const { document } = read;
  const { lines, ...shared } = compileLines(read, directory, electorateOf);
  const guardrails = read.guardrails.map(({ rule }) => rule);
  const people = Object.entries(directory.people);
  return {
    revision,
    policy: document,
    directory,
    lines,
    lineIndex: indexLines(lines),
    risk: read.risk,
    ...shared,
    guardrails,
    ...traitsOf(guardrails),
    signIn: { ...SIGN_IN_DEFAULTS, ...document.signIn },
    releaseValidity: document.releaseValidity,
    people: electorateOf.people,
    activePeople: new Set(people.filter(([, person]) => person.active).map(([id]) => id)),
    personByIdentity: new Map(
      people.flatMap(([id, person]) =>
        (person.identities ?? []).map(({ issuer, subject }): [string, string] => [
          JSON.stringify([issuer, subject]),
          id,
        ]),
      ),
    ),
    personsByName: namesOfPeople(directory),
  };
}

/**
 * Checks and indexes one revision.
 * @throws PolicyInvalidError listing every fault; nothing of a faulty revision is ever used
 */
export function compile({
  revision,
  policy: policyJson,
  directory: directoryJson,
}: PolicyRevision): CompiledPolicy {
  const policy = readPolicy(policyJson);
  const directory = checkDirectory(directoryJson);
  if (!policy.ok || !directory.ok) {
    throw invalid(revision, [
      ...(policy.ok ? [] : below('/policy', policy.faults)),
      ...(directory.ok ? [] : below('/directory', directory.faults)),
    ]);
  }
  const electorateOf = electoratesOf(directory.value);
  const together = checkTogether(policy.value, directory.value, electorateOf);
  if (together.length > 0) throw invalid(revision, below('/policy', together));
  return assemble(revision, policy.value, directory.value, electorateOf);
}
