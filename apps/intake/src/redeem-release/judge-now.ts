import { setTimeout as pause } from 'node:timers/promises';
import { type Guardrail } from '@tollgate/contracts';
import { type GateFacts, judge } from '@tollgate/policy';
import { unavailable } from '@tollgate/runtime';
import { type DataSource } from 'typeorm';
import { textsOf } from '../policy-check/check-policy.js';
import { type PolicyJobs } from '../policy-check/policy-jobs.js';
import { revisionByNumber } from '../publish-policy/policy-revision.js';
import { type RulingPolicy } from '../publish-policy/ruling-policy.js';

/** A revision is committed before it comes back from its topic; it is waited for this long. */
const PATIENCE_MS = 3_000;
const STEP_MS = 20;

/** Judges by the guardrails of the revision that rules now, with the rules of the gate. */
export class JudgeNow {
  /** @param patienceMs how long the ruling revision is waited for */
  constructor(
    private readonly policy: Pick<RulingPolicy, 'revision' | 'known'>,
    private readonly dataSource: DataSource,
    private readonly jobs: Pick<PolicyJobs, 'run'>,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /**
   * @param revision that ruled when the database was asked
   * @param now milliseconds since 1970
   * @returns undefined where another revision rules by now
   * @throws Problem 503 where the revision is not known here in time
   */
  async judge(revision: number, facts: GateFacts, now: number): Promise<Guardrail | undefined> {
    const { policy } = this;
    for (let waited = 0; policy.revision < revision; waited += STEP_MS) {
      if (waited >= this.patienceMs)
        throw unavailable('The ruling policy revision is not known here yet; try again.');
      await pause(STEP_MS);
    }
    if (policy.revision > revision) return undefined;
    const compiled = policy.known?.compiled;
    return compiled === undefined ? this.#judgeLarge(revision, facts, now) : judge(compiled, facts, now);
  }

  async #judgeLarge(revision: number, facts: GateFacts, now: number): Promise<Guardrail> {
    const published = await revisionByNumber(this.dataSource, revision);
    if (published === undefined) throw unavailable('The ruling revision is not known here yet; try again.');
    const answer = await this.jobs.run({ kind: 'judgement', facts, now, ruling: textsOf(published) });
    if (answer.kind !== 'judged') throw new Error(`a judgement was answered with ${answer.kind}`);
    return answer.guardrail;
  }
}
