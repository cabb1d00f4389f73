import { NAME_PATTERN, pointerTo, type QuorumExpression } from '@tollgate/contracts';
import { type DocumentFault } from '../document/document-fault.js';
import {
  MAX_QUORUM_COUNT,
  MAX_QUORUM_DEPTH,
  MAX_QUORUM_NODES,
  MAX_QUORUM_SELECTORS,
  MAX_QUORUM_WEIGHT,
} from './quorum-limits.js';

type Kind = QuorumExpression['kind'];

const FIELDS: Readonly<Record<Kind, readonly string[]>> = {
  one: ['from'],
  people: ['count', 'from'],
  majority: ['from'],
  unanimous: ['from'],
  weighted: ['threshold', 'of'],
  any: ['of'],
  all: ['of', 'samePerson'],
  atLeast: ['count', 'of', 'samePerson'],
  veto: ['by', 'in'],
  stages: ['of', 'samePerson'],
  denials: ['count', 'in'],
};

const isKind = (value: unknown): value is Kind => typeof value === 'string' && Object.hasOwn(FIELDS, value);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isCount = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;

const SELECTOR = /^(?:role|group|person):/;
/** True for `role:x`, `group:x` and `person:x`. */
export const isSelector = (value: unknown): value is string =>
  typeof value === 'string' && SELECTOR.test(value) && NAME_PATTERN.test(value.slice(value.indexOf(':') + 1));

/** What is wrong with the form of a quorum, and which limits on its size it breaks. Stops where it grows too large. */
class FormCheck {
  readonly faults: DocumentFault[] = [];
  #nodes = 0;
  #selectors = 0;
  #tooLarge = false;

  node(value: unknown, pointer: string, depth: number): void {
    if (this.#tooLarge) return;
    if (depth > MAX_QUORUM_DEPTH) {
      this.#give(pointer, `nests deeper than ${MAX_QUORUM_DEPTH} levels`);
      return;
    }
    this.#nodes += 1;
    if (this.#nodes > MAX_QUORUM_NODES) return this.#stop(`has more than ${MAX_QUORUM_NODES} nodes`);
    if (!isObject(value)) return this.#give(pointer, 'must be a quorum');
    const kind = value['kind'];
    if (!isKind(kind)) return this.#give(pointer, 'is of a kind that this version does not know');
    for (const name of Object.keys(value)) {
      if (name !== 'kind' && !FIELDS[kind].includes(name))
        this.#give(pointer, `has a field that this version does not know, on a node of the kind ${kind}`);
    }
    if (Object.hasOwn(value, 'samePerson') && value['samePerson'] !== true)
      this.#give(`${pointer}/samePerson`, 'must be true, or left out');
    if (FIELDS[kind].includes('count')) this.#count(value['count'], `${pointer}/count`);
    this.#content(kind, value, pointer, depth);
  }

  #content(kind: Kind, value: Readonly<Record<string, unknown>>, pointer: string, depth: number): void {
    switch (kind) {
      case 'one':
        return this.#selector(value['from'], `${pointer}/from`);
      case 'people':
      case 'majority':
      case 'unanimous':
        return this.#selectorList(value['from'], `${pointer}/from`);
      case 'weighted':
        return this.#weighted(value, pointer);
      case 'veto':
        this.#selectorList(value['by'], `${pointer}/by`);
        return this.node(value['in'], `${pointer}/in`, depth + 1);
      case 'denials':
        if (depth > 1) this.#give(pointer, 'counts denials, which only the whole quorum can do');
        return this.node(value['in'], `${pointer}/in`, depth + 1);
      default: {
        const of = this.#list(value['of'], `${pointer}/of`, MAX_QUORUM_NODES, 'nodes');
        of.forEach((branch, index) => this.node(branch, pointerTo(`${pointer}/of`, index), depth + 1));
        const count = value['count'];
        if (kind === 'atLeast' && of.length > 0 && typeof count === 'number' && count > of.length)
          this.#give(`${pointer}/count`, `is more than there are branches (${of.length})`);
      }
    }
  }

  #weighted(value: Readonly<Record<string, unknown>>, pointer: string): void {
    const of = this.#list(value['of'], `${pointer}/of`, MAX_QUORUM_SELECTORS, 'selectors');
    let most = 0;
    let sound = of.length > 0;
    of.forEach((entry, index) => {
      const at = pointerTo(`${pointer}/of`, index);
      if (!isObject(entry) || Object.keys(entry).some((name) => name !== 'from' && name !== 'weight')) {
        sound = false;
        return this.#give(at, 'must be a selector and its weight');
      }
      this.#selector(entry['from'], `${at}/from`);
      const { from, weight } = entry;
      if (isCount(weight, MAX_QUORUM_WEIGHT))
        most += typeof from === 'string' && from.startsWith('person:') ? weight : weight * MAX_QUORUM_COUNT;
      else {
        sound = false;
        this.#give(`${at}/weight`, `must be a whole number from 1 to ${MAX_QUORUM_WEIGHT}`);
      }
    });
    const threshold = value['threshold'];
    if (!isCount(threshold, Number.MAX_SAFE_INTEGER))
      this.#give(`${pointer}/threshold`, 'must be a whole number from 1');
    else if (sound && threshold > most)
      this.#give(`${pointer}/threshold`, `is more than all who are named can weigh together (${most})`);
  }

  #count(value: unknown, pointer: string): void {
    if (!isCount(value, MAX_QUORUM_COUNT))
      this.#give(pointer, `must be a whole number from 1 to ${MAX_QUORUM_COUNT}`);
  }

  #selectorList(value: unknown, pointer: string): void {
    this.#list(value, pointer, MAX_QUORUM_SELECTORS, 'selectors').forEach((selector, index) =>
      this.#selector(selector, pointerTo(pointer, index)),
    );
  }

  #selector(value: unknown, pointer: string): void {
    if (this.#tooLarge) return;
    this.#selectors += 1;
    if (this.#selectors > MAX_QUORUM_SELECTORS)
      return this.#stop(`names more than ${MAX_QUORUM_SELECTORS} roles, groups and people`);
    if (!isSelector(value)) this.#give(pointer, 'must name a role, a group or a person');
  }

  #list(value: unknown, pointer: string, most: number, what: string): readonly unknown[] {
    if (!Array.isArray(value) || value.length === 0) {
      this.#give(pointer, 'must be a list of at least one');
      return [];
    }
    if (value.length <= most) return value;
    this.#stop(`has more than ${most} ${what}`);
    return [];
  }

  #give(pointer: string, message: string): void {
    if (!this.#tooLarge) this.faults.push({ pointer, message });
  }

  #stop(message: string): void {
    if (this.#tooLarge) return;
    this.faults.push({ pointer: '', message });
    this.#tooLarge = true;
  }
}

/** What is wrong with the form of a quorum: pointers are into the expression; empty where nothing is. */
export function formFaults(quorum: unknown): DocumentFault[] {
  const check = new FormCheck();
  check.node(quorum, '', 1);
  return check.faults;
}
