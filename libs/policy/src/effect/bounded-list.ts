/** A list that takes so many entries and counts the rest. */
export class BoundedList<T> {
  readonly items: T[] = [];
  /** How many entries were not taken. */
  more = 0;

  constructor(readonly limit: number) {}

  add(item: T): void {
    if (this.items.length < this.limit) this.items.push(item);
    else this.more += 1;
  }
}
