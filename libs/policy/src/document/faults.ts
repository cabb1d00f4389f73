import { type DocumentFault } from './document-fault.js';

/** How many faults of a document are told at once. */
export const MAX_FAULTS = 100;

/** Collects what is wrong with a document, up to {@link MAX_FAULTS}. */
export class Faults {
  readonly #faults: DocumentFault[] = [];

  add(...faults: readonly DocumentFault[]): void {
    for (const fault of faults) if (!this.full) this.#faults.push(fault);
  }

  /** True where nothing more is taken: looking further is of no use. */
  get full(): boolean {
    return this.#faults.length >= MAX_FAULTS;
  }

  get none(): boolean {
    return this.#faults.length === 0;
  }

  list(): DocumentFault[] {
    return [...this.#faults];
  }
}

/** Things with a pointer, moved below another. */
export const below = <T extends { readonly pointer: string }>(pointer: string, items: readonly T[]): T[] =>
  items.map((item) => ({ ...item, pointer: pointer + item.pointer }));
