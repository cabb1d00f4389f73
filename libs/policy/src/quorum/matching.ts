/** A demand that has been let in: whom it would take, and how many of each bloc it holds. */
interface Row {
  readonly fits: readonly number[];
  readonly held: Int32Array;
}

/**
 * People of blocs matched to demands that come one after the other, and leave in the opposite order: a matching with
 * amounts, made larger along augmenting paths. What a demand has it keeps, though others may take its place with
 * certain people.
 *
 * Where people have weights, those matched always weigh as little as any who could meet the same demands. Proof: a path
 * for a new demand changes who holds whom, but the only people it matches in addition are those at its end, so what it
 * costs is their weight; taking the lightest that can be reached is taking a shortest path, and a flow of least cost
 * that grows along shortest paths stays one of least cost. (Put in the words of matroids: the sets of people that can be
 * matched at once are the independent sets of a transversal matroid, and this is the greedy basis of least weight.)
 */
export class Matching {
  readonly #spare: Int32Array;
  readonly #rows: Row[] = [];
  /** What was changed, three numbers each: row, or -1 for `spare`; bloc; by how much. */
  readonly #log: number[] = [];
  readonly #marks: number[] = [];

  /**
   * @param heads how many people there are, by bloc
   * @param weights of a person, by bloc; left out where nothing is weighed
   */
  constructor(
    heads: readonly number[],
    private readonly weights?: readonly number[],
  ) {
    this.#spare = Int32Array.from(heads);
  }

  /**
   * Lets a demand in.
   * @returns how many people it lacks
   */
  add(fits: readonly number[], need: number): number {
    this.#marks.push(this.#log.length);
    const row = this.#rows.push({ fits, held: new Int32Array(this.#spare.length) }) - 1;
    let left = need;
    if (this.weights === undefined) {
      for (const bloc of fits) {
        if (left === 0) return 0;
        const amount = Math.min(left, this.#spare[bloc] ?? 0);
        if (amount > 0) this.#match(row, bloc, amount);
        left -= amount;
      }
    }
    while (left > 0) {
      const amount = this.#augment(row, left);
      if (amount === 0) return left;
      left -= amount;
    }
    return 0;
  }

  /** Undoes the last {@link add}. */
  remove(): void {
    const mark = this.#marks.pop() ?? 0;
    while (this.#log.length > mark) {
      const amount = this.#log.pop() ?? 0;
      const bloc = this.#log.pop() ?? 0;
      const row = this.#log.pop() ?? 0;
      this.#change(row, bloc, -amount);
    }
    this.#rows.pop();
  }

  /** What those weigh who are not matched. */
  get spareWeight(): number {
    return this.#spare.reduce((total, many, bloc) => total + many * (this.weights?.[bloc] ?? 0), 0);
  }

  #change(row: number, bloc: number, amount: number): void {
    const amounts = row < 0 ? this.#spare : this.#rows[row]?.held;
    if (amounts !== undefined) amounts[bloc] = (amounts[bloc] ?? 0) + amount;
  }

  #logged(row: number, bloc: number, amount: number): void {
    this.#change(row, bloc, amount);
    this.#log.push(row, bloc, amount);
  }

  #match(row: number, bloc: number, amount: number): void {
    this.#logged(row, bloc, amount);
    this.#logged(-1, bloc, -amount);
  }

  /** Matches at most `most` people more to a row, along one path; returns how many. */
  #augment(start: number, most: number): number {
    /** By bloc: the row that wants it. By row: the bloc it would give up. */
    const wantedBy = new Int32Array(this.#spare.length).fill(-1);
    const givesUp = new Int32Array(this.#rows.length).fill(-1);
    const open = [start];
    let end = -1;
    for (let next = 0; next < open.length; next += 1) {
      const row = open[next] ?? start;
      for (const bloc of this.#rows[row]?.fits ?? []) {
        if (wantedBy[bloc] !== -1) continue;
        wantedBy[bloc] = row;
        if ((this.#spare[bloc] ?? 0) > 0 && (end < 0 || this.#weight(bloc) < this.#weight(end))) {
          end = bloc;
          if (this.weights === undefined) return this.#move(start, end, most, wantedBy, givesUp);
        }
        this.#rows.forEach(({ held }, holder) => {
          if (holder === start || givesUp[holder] !== -1 || (held[bloc] ?? 0) === 0) return;
          givesUp[holder] = bloc;
          open.push(holder);
        });
      }
    }
    return end < 0 ? 0 : this.#move(start, end, most, wantedBy, givesUp);
  }

  #weight(bloc: number): number {
    return this.weights?.[bloc] ?? 0;
  }

  #move(start: number, end: number, most: number, wantedBy: Int32Array, givesUp: Int32Array): number {
    const path: { readonly row: number; readonly gains: number; readonly loses: number }[] = [];
    let amount = Math.min(most, this.#spare[end] ?? 0);
    for (let gains = end, row = wantedBy[end] ?? start; ; row = wantedBy[gains] ?? start) {
      const loses = row === start ? -1 : (givesUp[row] ?? -1);
      path.push({ row, gains, loses });
      if (loses < 0) break;
      amount = Math.min(amount, this.#rows[row]?.held[loses] ?? 0);
      gains = loses;
    }
    this.#logged(-1, end, -amount);
    for (const { row, gains, loses } of path) {
      this.#logged(row, gains, amount);
      if (loses >= 0) this.#logged(row, loses, -amount);
    }
    return amount;
  }
}
