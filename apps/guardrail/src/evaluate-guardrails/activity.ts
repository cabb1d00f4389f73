import { type CompiledPolicy, isActive } from '@tollgate/policy';
import { type PolicyRevisions } from '@tollgate/runtime';

/**
 * The notifier learns of a revision a moment after it is published, and its clock is another than intake's: what comes so
 * soon after somebody was taken out may still have been counted.
 */
const LEARNT_WITHIN_MS = 60_000;

/** How long a revision that rules no more may go on stamping decisions: of a notifier that is cut off from the broker. */
const CUT_OFF_AT_MOST_MS = 60 * 60_000;

/** Who was active until when, and which revision ruled when, by what is on `policy.published`. */
export class Activity {
  /** When revisions were published, in milliseconds since 1970: asked of each decision that an earlier one ruled. */
  readonly #published = new Map<number, number>();

  constructor(
    private readonly revisions: Pick<PolicyRevisions<CompiledPolicy>, 'get' | 'published' | 'highest'>,
  ) {}

  /** When a revision was published, in milliseconds since 1970; undefined where there is none yet. */
  #publishedAt(revision: number): number | undefined {
    if (revision > this.revisions.highest) return undefined;
    const known =
      this.#published.get(revision) ?? Date.parse(this.revisions.published(revision)?.publishedAt ?? '');
    if (Number.isNaN(known)) return undefined;
    this.#published.set(revision, known);
    return known;
  }

  /** Whether another revision ruled already, and for too long to be overlooked. */
  isOverruled(revision: number, at: number): boolean {
    const next = this.#publishedAt(revision + 1);
    return next !== undefined && at > next + CUT_OFF_AT_MOST_MS;
  }

  /**
   * Until when people could vote, between the submission of a request and its decision.
   * @param from the revision of the submission
   * @param ruling the revision of the decision
   * @throws TransientError, PermanentError as `PolicyRevisions.get`
   */
  async activeUntil(
    people: Iterable<string>,
    from: number,
    ruling: CompiledPolicy,
  ): Promise<(person: string) => number> {
    const until = new Map<string, number>();
    for (const person of people) until.set(person, await this.#activeUntil(person, from, ruling));
    return (person) => until.get(person) ?? -Infinity;
  }

  async #activeUntil(person: string, from: number, ruling: CompiledPolicy): Promise<number> {
    if (isActive(ruling, person)) return Infinity;
    for (let revision = ruling.revision - 1; revision >= from; revision -= 1) {
      if (!isActive(await this.revisions.get(revision), person)) continue;
      return (this.#publishedAt(revision + 1) ?? -Infinity) + LEARNT_WITHIN_MS;
    }
    return -Infinity;
  }
}
