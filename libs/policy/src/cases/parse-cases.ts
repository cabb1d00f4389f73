import { placed, type PolicyFault, unreadable } from '../document/policy-fault.js';
import { shapeCheck } from '../document/shape-check.js';
import { readYaml } from '../document/yaml-source.js';
import { CasesDocument, type PolicyCase } from './cases-document.js';

const checkShape = shapeCheck(CasesDocument);

/** Cases, read; or what is wrong with the file. */
export type ParsedCases =
  | { readonly ok: true; readonly cases: readonly PolicyCase[] }
  | { readonly ok: false; readonly faults: PolicyFault[] };

/**
 * Reads a file of cases.
 * @param text YAML
 * @param file how faults call the file
 */
export function parseCases(text: string, file: string): ParsedCases {
  const source = readYaml(text);
  if (!source.ok) return { ok: false, faults: unreadable(source, file) };
  const shape = checkShape(source.json);
  return shape.ok
    ? { ok: true, cases: shape.value.cases }
    : { ok: false, faults: placed(shape.faults, file, source.place) };
}
