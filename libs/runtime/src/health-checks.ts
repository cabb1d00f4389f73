/** What a check found. */
export interface HealthFinding {
  readonly ok: boolean;
  /** For the person on call. */
  readonly detail: string;
}

/** What `/health/ready` says: ready only when every named check is. */
export interface Readiness {
  readonly status: 'ready' | 'not ready';
  readonly checks: Readonly<Record<string, HealthFinding>>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** The named checks of a service. A check that throws, or does not answer in two seconds, is not ok. */
export class HealthChecks {
  readonly #checks = new Map<string, () => HealthFinding | Promise<HealthFinding>>();

  /** Adds a check; a name given twice is a mistake. */
  add(name: string, check: () => HealthFinding | Promise<HealthFinding>): void {
    if (this.#checks.has(name)) throw new Error(`there is already a health check named ${name}`);
    this.#checks.set(name, check);
  }

  async readiness(): Promise<Readiness> {
    const found = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await this.#run(check)] as const),
    );
    return {
      status: found.every(([, { ok }]) => ok) ? 'ready' : 'not ready',
      checks: Object.fromEntries(found),
    };
  }

  async #run(check: () => HealthFinding | Promise<HealthFinding>): Promise<HealthFinding> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<HealthFinding>((resolve) => {
      timer = setTimeout(() => resolve({ ok: false, detail: 'no answer within 2 s' }), CHECK_TIMEOUT_MS);
    });
    try {
      return await Promise.race([check(), late]);
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message : 'failed' };
    } finally {
      clearTimeout(timer);
    }
  }
}
