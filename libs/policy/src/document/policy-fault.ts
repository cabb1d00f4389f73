import { type DocumentFault } from './document-fault.js';
import { type Place, type YamlSource } from './yaml-source.js';

/** `error`: refused wherever it is loaded. `warning`: likely not meant. */
export type Severity = 'error' | 'warning';

/** One thing that is wrong with a policy file: where, for people and for programs, and what. */
export interface PolicyFault extends DocumentFault, Place {
  readonly file: string;
  readonly severity: Severity;
}

/** `file:line:column: severity: message`, as compilers say it and editors read it. */
export const formatFault = (fault: PolicyFault): string =>
  `${fault.file}:${fault.line}:${fault.column}: ${fault.severity}: ${fault.message}`;

/** Faults of a document, each with its place in the file, in the order of the file. */
export function placed(
  faults: readonly DocumentFault[],
  file: string,
  place: (pointer: string, offset?: number) => Place,
): PolicyFault[] {
  return faults
    .map(({ pointer, message, severity = 'error', offset }) => ({
      pointer,
      message,
      severity,
      file,
      ...place(pointer, offset),
    }))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** The faults of a text that could not be read. */
export const unreadable = (source: YamlSource & { ok: false }, file: string): PolicyFault[] =>
  source.faults.map(({ place, ...fault }) => ({ ...fault, severity: 'error' as const, file, ...place }));
