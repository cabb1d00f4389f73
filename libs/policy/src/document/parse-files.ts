import { type JsonObject } from '@tollgate/contracts';
import { checkDirectory } from './check-directory.js';
import { readPolicy, type ReadPolicy } from './check-policy.js';
import { checkTogether } from './check-together.js';
import { type DirectoryDocument } from './directory-document.js';
import { type PolicyDocument } from './policy-document.js';
import { placed, type PolicyFault, unreadable } from './policy-fault.js';
import { type Place, readYaml } from './yaml-source.js';

/** A file, read: its document as plain JSON (that is what travels on `policy.published`), or everything that is wrong with it. */
export type Parsed<Doc> =
  | {
      readonly ok: true;
      readonly document: Doc & JsonObject;
      readonly place: (pointer: string, offset?: number) => Place;
    }
  | { readonly ok: false; readonly faults: PolicyFault[] };

/** A policy file, read, with what was found of it. */
export type ReadFile =
  | (Parsed<PolicyDocument> & { readonly ok: true; readonly read: ReadPolicy })
  | (Parsed<PolicyDocument> & { readonly ok: false });

/**
 * Reads a policy file. Whether its roles and people exist is a matter of the directory: {@link parseFiles}.
 * @param text YAML
 * @param file how faults call the file
 */
export function parsePolicy(text: string, file: string): ReadFile {
  const source = readYaml(text);
  if (!source.ok) return { ok: false, faults: unreadable(source, file) };
  const shape = readPolicy(source.json);
  if (!shape.ok) return { ok: false, faults: placed(shape.faults, file, source.place) };
  return {
    ok: true,
    document: shape.value.document as PolicyDocument & JsonObject,
    read: shape.value,
    place: source.place,
  };
}

/**
 * Reads a directory file.
 * @param text YAML
 * @param file how faults call the file
 */
export function parseDirectory(text: string, file: string): Parsed<DirectoryDocument> {
  const source = readYaml(text);
  if (!source.ok) return { ok: false, faults: unreadable(source, file) };
  const shape = checkDirectory(source.json);
  if (!shape.ok) return { ok: false, faults: placed(shape.faults, file, source.place) };
  return { ok: true, document: shape.value as DirectoryDocument & JsonObject, place: source.place };
}

/** A file by its name and its text. */
export interface PolicyFile {
  readonly file: string;
  readonly text: string;
}

/** Both files, read and checked against each other. */
export type ParsedFiles =
  | {
      readonly ok: true;
      readonly policy: PolicyDocument & JsonObject;
      readonly directory: DirectoryDocument & JsonObject;
    }
  | { readonly ok: false; readonly faults: PolicyFault[] };

/** Reads a policy and its directory; `ok` means that {@link compile} takes them. */
export function parseFiles(files: {
  readonly policy: PolicyFile;
  readonly directory: PolicyFile;
}): ParsedFiles {
  const policy = parsePolicy(files.policy.text, files.policy.file);
  const directory = parseDirectory(files.directory.text, files.directory.file);
  if (!policy.ok || !directory.ok) {
    return {
      ok: false,
      faults: [...(policy.ok ? [] : policy.faults), ...(directory.ok ? [] : directory.faults)],
    };
  }
  const faults = placed(checkTogether(policy.read, directory.document), files.policy.file, policy.place);
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, policy: policy.document, directory: directory.document };
}
