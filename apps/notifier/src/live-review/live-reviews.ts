import { type LanesLogger } from '@tollgate/messaging';
import { type DataSource } from 'typeorm';
import { isPassing } from '../database/is-passing.js';
import { Statement } from '../database/statement.js';

/** How often the requests of the open pages are looked at; one statement for all of them. */
const LOOK_MS = 1_000;
/** Streams that one link may hold: its person's devices. A scanner that opens more gets none. */
export const STREAMS_PER_LINK = 4;
/** Streams that one process holds. Pages beyond work without. */
const MAX_STREAMS = 5_000;

// The row's own mark of its last change (xmin) changes with whatever happens to the approval, in whichever process.
const versions = new Statement<{ readonly request_id: string; readonly version: string }>(
  'approval_versions',
  'SELECT request_id, xmin::text AS version FROM approval WHERE request_id = ANY ($1::uuid[])',
);

interface Watcher {
  readonly requestId: string;
  readonly link: string;
  readonly look: () => Promise<void>;
  /** Of the row, when it was looked at last. */
  version?: string;
}

/** Tells the open pages when their approvals have changed, also by another process of the service. */
export class LiveReviews {
  readonly #watchers = new Set<Watcher>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly logger: LanesLogger,
  ) {}

  /** How many pages are open. */
  get size(): number {
    return this.#watchers.size;
  }

  /**
   * @param link by which the page was opened; no matter in what form
   * @param look called at once, and after each change of the request's approval
   * @returns ends it; undefined where the link, or this process, has as many as it may
   */
  watch(requestId: string, link: string, look: () => Promise<void>): (() => void) | undefined {
    if (this.#watchers.size >= MAX_STREAMS) return undefined;
    if ([...this.#watchers].filter((watcher) => watcher.link === link).length >= STREAMS_PER_LINK)
      return undefined;
    const watcher: Watcher = { requestId, link, look };
    this.#watchers.add(watcher);
    this.#next(0);
    return () => this.#watchers.delete(watcher);
  }

  /** Returns when the look under way is done. */
  async stop(): Promise<void> {
    this.#watchers.clear();
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #next(milliseconds: number): void {
    if (this.#looking !== undefined) return;
    clearTimeout(this.#timer);
    if (this.#watchers.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().then(() => {
        this.#looking = undefined;
        this.#next(LOOK_MS);
      });
    }, milliseconds);
  }

  async #look(): Promise<void> {
    try {
      const ids = new Set([...this.#watchers].map(({ requestId }) => requestId));
      const rows = await versions.run(this.dataSource, [...ids]);
      const now = new Map(rows.map((row) => [row.request_id, row.version]));
      for (const watcher of [...this.#watchers]) {
        const version = now.get(watcher.requestId);
        if (version === undefined || version === watcher.version || !this.#watchers.has(watcher)) continue;
        await watcher.look();
        watcher.version = version;
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.logger.warn({ err: error }, 'open pages cannot be kept up to date now; they will be');
    }
  }
}
