import { type JsonObject, type RiskLevel } from '@tollgate/contracts';
import { checkDirectory } from '../document/check-directory.js';
import { checkPolicy } from '../document/check-policy.js';
import { checkTogether } from '../document/check-together.js';
import { type Decide, parseDecide } from '../document/decide.js';
import { type DirectoryDocument } from '../document/directory-document.js';
import { type DocumentFault } from '../document/document-fault.js';
import { ANY, type OneOrMany } from '../document/one-or-many.js';
import { peopleBySelector } from '../document/people-by-selector.js';
import { type MatrixLine, type PolicyDocument } from '../document/policy-document.js';
import { type CompiledCheckpoint, type CompiledLine, type CompiledPolicy } from './compiled-policy.js';
import { PolicyInvalidError } from './policy-invalid-error.js';

/** One revision as `policy.published` carries it. */
export interface PolicyRevision {
  readonly revision: number;
  readonly policy: JsonObject;
  readonly directory: JsonObject;
}

const listed = (document: string, faults: readonly DocumentFault[]): string[] =>
  faults.map((fault) => `${document}${fault.pointer}: ${fault.message}`);

const invalid = (revision: number, faults: string[]): PolicyInvalidError =>
  new PolicyInvalidError(`policy revision ${revision} is not valid: ${faults.join('; ')}`);

const setOf = <Value extends string>(says: OneOrMany<Value>): ReadonlySet<Value> | undefined => {
  if (says === ANY) return undefined;
  return new Set(Array.isArray(says) ? says : [says as Value]);
};

function compileLine(line: MatrixLine, index: number, policy: PolicyDocument, decide: Decide): CompiledLine {
  const checkpoint = policy.checkpoints[line.checkpoint ?? 'default'];
  if (checkpoint === undefined)
    throw new Error(`checkpoint ${line.checkpoint ?? 'default'} was checked and is missing`);
  const compiled: CompiledCheckpoint = {
    timeout: checkpoint.timeout,
    reminders: checkpoint.reminders ?? [],
    onSilence: checkpoint.onSilence,
  };
  return {
    rule: line.id ?? `matrix[${index}]`,
    actions: setOf(line.action),
    riskLevels: setOf<RiskLevel>(line.riskLevel),
    environments: setOf(line.environment),
    decide,
    checkpoint: compiled,
  };
}

function indexByAction(lines: readonly CompiledLine[]): Map<string, CompiledLine[]> {
  const byAction = new Map<string, CompiledLine[]>();
  for (const line of lines) for (const action of line.actions ?? []) byAction.set(action, []);
  for (const line of lines) {
    for (const action of line.actions ?? byAction.keys()) byAction.get(action)?.push(line);
  }
  return byAction;
}

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

/**
 * Checks and indexes one revision.
 * @throws PolicyInvalidError listing every fault; nothing of a faulty revision is ever used
 */
export function compile({
  revision,
  policy: policyJson,
  directory: directoryJson,
}: PolicyRevision): CompiledPolicy {
  const policy = checkPolicy(policyJson);
  const directory = checkDirectory(directoryJson);
  if (!policy.ok || !directory.ok) {
    throw invalid(revision, [
      ...(policy.ok ? [] : listed('policy', policy.faults)),
      ...(directory.ok ? [] : listed('directory', directory.faults)),
    ]);
  }
  const together = checkTogether(policy.value, directory.value);
  if (together.length > 0) throw invalid(revision, listed('policy', together));
  const lines = policy.value.matrix.map((line, index) => {
    const decide = parseDecide(line.decide);
    if (decide === undefined) throw new Error(`line ${index} was checked and has a fault`);
    return compileLine(line, index, policy.value, decide);
  });
  const people = Object.entries(directory.value.people);
  return {
    revision,
    linesByAction: indexByAction(lines),
    linesForAnyAction: lines.filter((line) => line.actions === undefined),
    guardrails: policy.value.guardrails ?? [],
    releaseValidity: policy.value.releaseValidity,
    people: peopleBySelector(directory.value),
    activePeople: new Set(people.filter(([, person]) => person.active).map(([id]) => id)),
    personByIdentity: new Map(
      people.flatMap(([id, person]) =>
        (person.identities ?? []).map(({ issuer, subject }): [string, string] => [
          JSON.stringify([issuer, subject]),
          id,
        ]),
      ),
    ),
    personsByName: namesOfPeople(directory.value),
  };
}
