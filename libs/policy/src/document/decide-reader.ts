import { NAME_PATTERN, pointerTo, type QuorumExpression, type WeightedSelector } from '@tollgate/contracts';
import { type DocumentFault } from './document-fault.js';

/** The kinds of selectors: `role:cto`, `group:dba`, `person:erin`. */
export const SELECTOR_KINDS = ['role', 'group', 'person'] as const;

/** The fields that say what a quorum of a policy file is; exactly one of them stands in it. */
export const QUORUM_FIELDS = [
  ...SELECTOR_KINDS,
  'anyOf',
  'allOf',
  'atLeast',
  'majorityOf',
  'unanimousOf',
  'weighted',
  'stages',
] as const;
type QuorumField = (typeof QUORUM_FIELDS)[number];

/** The fields that may stand beside them. */
const BESIDE: Readonly<Partial<Record<QuorumField, readonly string[]>>> = {
  allOf: ['samePersonMayCount'],
  atLeast: ['of', 'samePersonMayCount'],
  weighted: ['threshold'],
  stages: ['samePersonMayCount'],
};
const ANYWHERE: readonly string[] = ['veto', 'denials'];

/** A selector, and where it stands: JSON pointer from the `decide` (its own place where it is a bare name). */
export interface PlacedSelector {
  readonly selector: string;
  readonly pointer: string;
}

const OUTRIGHT: readonly unknown[] = ['automation', 'deny'];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isName = (value: unknown): value is string => typeof value === 'string' && NAME_PATTERN.test(value);

/** A quorum that is read although it has faults: nothing of it is used. */
const FAULTY: QuorumExpression = { kind: 'any', of: [] };
/** Deeper than a quorum may nest; what lies below is not read. */
const DEEPEST = 20;

/** Reads the quorum of a policy file into an expression; gathers the faults of its form on the way. */
export class DecideReader {
  readonly faults: DocumentFault[] = [];
  readonly selectors: PlacedSelector[] = [];
  /** Where each node of the quorum stands. */
  readonly places = new Map<QuorumExpression, string>();

  /** A quorum at any depth. */
  quorum(value: unknown, pointer: string, depth = 0): QuorumExpression {
    const quorum = this.#quorum(value, pointer, depth);
    if (!this.places.has(quorum)) this.places.set(quorum, pointer);
    return quorum;
  }

  /** One selector, or a list of them. */
  selectorList(value: unknown, pointer: string): string[] {
    return this.#selectors(value, pointer);
  }

  #quorum(value: unknown, pointer: string, depth: number): QuorumExpression {
    if (depth > DEEPEST) return this.#fault(pointer, 'nests too deeply');
    if (OUTRIGHT.includes(value))
      return this.#fault(pointer, 'is no quorum: automation and deny decide alone, or not at all');
    if (typeof value === 'string') return { kind: 'one', from: this.#selector(value, pointer) };
    if (!isObject(value)) return this.#fault(pointer, 'must be a quorum, like { role: … } or { anyOf: […] }');
    const [field, ...others] = QUORUM_FIELDS.filter((name) => Object.hasOwn(value, name));
    if (field === undefined) return this.#fault(pointer, `must have one of ${QUORUM_FIELDS.join(', ')}`);
    if (others.length > 0)
      return this.#fault(pointer, `must have only one of ${[field, ...others].join(', ')}`);
    for (const name of Object.keys(value)) {
      if (name === field || (BESIDE[field] ?? []).includes(name) || ANYWHERE.includes(name)) continue;
      this.#fault(pointerTo(pointer, name), `is not a known field beside ${field}`);
    }
    return this.#wrapped(this.#body(field, value, pointer, depth), value, pointer, depth);
  }

  #wrapped(
    body: QuorumExpression,
    value: Readonly<Record<string, unknown>>,
    pointer: string,
    depth: number,
  ): QuorumExpression {
    this.places.set(body, pointer);
    let quorum = body;
    if (value['veto'] !== undefined) {
      quorum = { kind: 'veto', by: this.#selectors(value['veto'], pointerTo(pointer, 'veto')), in: quorum };
      this.places.set(quorum, pointer);
    }
    const denials = value['denials'];
    if (denials === undefined) return quorum;
    const at = pointerTo(pointer, 'denials');
    if (depth > 0) return this.#fault(at, 'may stand only beside the whole quorum, not within it');
    return { kind: 'denials', count: this.#whole(denials, at), in: quorum };
  }

  #body(
    field: QuorumField,
    value: Readonly<Record<string, unknown>>,
    pointer: string,
    depth: number,
  ): QuorumExpression {
    const at = pointerTo(pointer, field);
    const content = value[field];
    switch (field) {
      case 'role':
      case 'group':
      case 'person':
        return { kind: 'one', from: this.#named(field, content, at) };
      case 'anyOf':
        return { kind: 'any', of: this.#branches(content, at, depth) };
      case 'allOf':
        return { kind: 'all', of: this.#branches(content, at, depth), ...this.#samePerson(value, pointer) };
      case 'stages':
        return {
          kind: 'stages',
          of: this.#branches(content, at, depth),
          ...this.#samePerson(value, pointer),
        };
      case 'majorityOf':
        return { kind: 'majority', from: this.#selectors(content, at) };
      case 'unanimousOf':
        return { kind: 'unanimous', from: this.#selectors(content, at) };
      case 'atLeast':
        return this.#atLeast(this.#whole(content, at), value, pointer, depth);
      case 'weighted':
        return {
          kind: 'weighted',
          threshold: this.#whole(value['threshold'], pointerTo(pointer, 'threshold')),
          of: this.#weighted(content, at),
        };
    }
  }

  #atLeast(
    count: number,
    value: Readonly<Record<string, unknown>>,
    pointer: string,
    depth: number,
  ): QuorumExpression {
    const at = pointerTo(pointer, 'of');
    const { of } = value;
    const samePerson = this.#samePerson(value, pointer);
    if (of === undefined) return this.#fault(pointer, 'must say of whom: of is missing beside atLeast');
    if (Array.isArray(of))
      return { kind: 'atLeast', count, of: this.#branches(of, at, depth), ...samePerson };
    if ('samePerson' in samePerson)
      this.#fault(
        pointerTo(pointer, 'samePersonMayCount'),
        'has no effect: of one role or group, each person counts once',
      );
    const people = this.quorum(of, at, depth + 1);
    if (people.kind === 'one') return { kind: 'people', count, from: [people.from] };
    const from =
      people.kind === 'any'
        ? people.of.flatMap((branch) => (branch.kind === 'one' ? [branch.from] : []))
        : [];
    if (people.kind === 'any' && from.length === people.of.length && from.length > 0)
      return { kind: 'people', count, from };
    return this.#fault(
      at,
      'must be a role, a group, a person, { anyOf: […] } of these, or a list of branches',
    );
  }

  #branches(value: unknown, pointer: string, depth: number): QuorumExpression[] {
    if (!Array.isArray(value) || value.length === 0) {
      this.#fault(pointer, 'must be a list of at least one');
      return [];
    }
    return value.map((branch, index) => this.quorum(branch, pointerTo(pointer, index), depth + 1));
  }

  #weighted(value: unknown, pointer: string): WeightedSelector[] {
    if (!Array.isArray(value) || value.length === 0) {
      this.#fault(pointer, 'must be a list of at least one');
      return [];
    }
    return value.flatMap((entry: unknown, index) => {
      const at = pointerTo(pointer, index);
      if (!isObject(entry)) {
        this.#fault(at, 'must be like { role: …, weight: 2 }');
        return [];
      }
      const { weight, ...selector } = entry;
      const from = this.#selector(selector, at);
      return [{ from, weight: this.#whole(weight, pointerTo(at, 'weight')) }];
    });
  }

  #selectors(value: unknown, pointer: string): string[] {
    if (!Array.isArray(value)) return [this.#selector(value, pointer)];
    if (value.length === 0) this.#fault(pointer, 'must be a list of at least one');
    return value.map((entry, index) => this.#selector(entry, pointerTo(pointer, index)));
  }

  #selector(value: unknown, pointer: string): string {
    if (typeof value === 'string') return this.#named('role', value, pointer);
    const [[kind, name] = [], ...others] = isObject(value) ? Object.entries(value) : [];
    const known = SELECTOR_KINDS.find((one) => one === kind);
    if (known !== undefined && others.length === 0)
      return this.#named(known, name, pointerTo(pointer, known));
    this.#fault(pointer, 'must be { role: … }, { group: … } or { person: … }');
    return '';
  }

  #named(kind: (typeof SELECTOR_KINDS)[number], name: unknown, pointer: string): string {
    if (!isName(name)) {
      this.#fault(pointer, `must be the name of a ${kind}`);
      return '';
    }
    const selector = `${kind}:${name}`;
    this.selectors.push({ selector, pointer });
    return selector;
  }

  #samePerson(
    value: Readonly<Record<string, unknown>>,
    pointer: string,
  ): { readonly samePerson: true } | Record<never, never> {
    const said = value['samePersonMayCount'];
    if (said === true) return { samePerson: true };
    if (said !== undefined && said !== false)
      this.#fault(pointerTo(pointer, 'samePersonMayCount'), 'must be true or false');
    return {};
  }

  #whole(value: unknown, pointer: string): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
    this.#fault(pointer, 'must be a whole number from 1');
    return 1;
  }

  #fault(pointer: string, message: string): QuorumExpression {
    this.faults.push({ pointer, message });
    return FAULTY;
  }
}
