import { eventIdFor, STAGE_TOPICS, type StageTopic } from '@tollgate/contracts';
import { digestAt, digestOf, NO_DIGEST } from './digest.js';
import { type LedgerEvent } from './ledger-event.js';
import { type Finding } from './rule.js';

/** What each stage adds to the file. */
const SECTIONS = {
  'request.submitted': 'request',
  'route.resolved': 'route',
  'decision.made': 'decision',
  'guardrail.evaluated': 'guardrail',
  'action.released': 'release',
} as const satisfies Record<StageTopic, string>;

const STAGES: ReadonlySet<string> = new Set(STAGE_TOPICS);
/** Clocks of brokers differ; an order within that says nothing. */
const CLOCKS_DIFFER_MS = 60_000;

/** The event of a stage. */
export type StageEvent = Extract<LedgerEvent, { topic: StageTopic }>;

export const isStageEvent = (known: LedgerEvent): known is StageEvent => STAGES.has(known.topic);

/** Follows the file of a request from stage to stage, in whatever order these came. It keeps digests, not events. */
export class StageFacts {
  /** When the event of each stage was written, ms since 1970. */
  readonly #seen = new Map<StageTopic, number>();
  readonly #sections = new Map<string, string>();

  constructor(private readonly id: string) {}

  /** The facts of a request of which a summary was kept. */
  static of(id: string, summary: string): StageFacts {
    const facts = new StageFacts(id);
    for (const [nth, topic] of STAGE_TOPICS.entries()) {
      const digest = digestAt(summary, nth);
      if (digest === undefined) continue;
      facts.#sections.set(SECTIONS[topic], digest);
      facts.#seen.set(topic, 0);
    }
    return facts;
  }

  /** The digests of the sections in one text, to be compared with what comes later. */
  get summary(): string {
    return STAGE_TOPICS.map((topic) => this.#sections.get(SECTIONS[topic]) ?? NO_DIGEST).join('');
  }

  has(topic: StageTopic): boolean {
    return this.#seen.has(topic);
  }

  /** When the event of a stage was written, ms since 1970. */
  writtenAt(topic: StageTopic): number | undefined {
    return this.#seen.get(topic);
  }

  /** True where every stage before the last one that is on record is on record, too. */
  get isUnbroken(): boolean {
    const there = STAGE_TOPICS.map((topic) => this.has(topic));
    return there.lastIndexOf(true) < (there.includes(false) ? there.indexOf(false) : there.length);
  }

  /** @returns what is wrong; `isFirst` when the stage had no event before */
  take({ topic, event, writtenAt }: StageEvent): { readonly isFirst: boolean; readonly findings: Finding[] } {
    const isFirst = !this.#seen.has(topic);
    const findings: Finding[] = [];
    if (event.id !== eventIdFor(this.id, topic)) {
      findings.push({ rule: 'one-event', detail: `the event of ${topic} has another id than it must have` });
    }
    if (isFirst) this.#seen.set(topic, writtenAt);
    return { isFirst, findings: [...findings, ...this.#compareSections(topic, { ...event.data }, isFirst)] };
  }

  /** What is wrong with the road that lies behind a release. */
  judgeRoad(): Finding[] {
    if (!this.has('action.released')) return [];
    const findings = STAGE_TOPICS.filter((topic) => !this.has(topic)).map((topic): Finding => ({
      rule: 'release-approved',
      detail: `it was released, and ${topic} is not on record`,
    }));
    const decided = this.writtenAt('decision.made');
    const evaluated = this.writtenAt('guardrail.evaluated');
    if (decided !== undefined && evaluated !== undefined && evaluated + CLOCKS_DIFFER_MS < decided) {
      findings.push({
        rule: 'release-approved',
        detail: 'the guardrail was evaluated before the decision was made',
      });
    }
    return findings;
  }

  #compareSections(topic: StageTopic, data: Readonly<Record<string, unknown>>, isFirst: boolean): Finding[] {
    const findings: Finding[] = [];
    for (const stage of STAGE_TOPICS.slice(0, STAGE_TOPICS.indexOf(topic) + 1)) {
      const name = SECTIONS[stage];
      const digest = digestOf(data[name]);
      const before = this.#sections.get(name);
      if (before === undefined) this.#sections.set(name, digest);
      if (before === undefined || before === digest) continue;
      if (stage !== topic || isFirst) {
        findings.push({
          rule: 'file-grows',
          detail: `the ${name} that ${topic} holds is not the one of the other stages`,
        });
      } else if (topic === 'action.released') {
        findings.push({ rule: 'one-release', detail: 'it was released twice' });
      } else {
        findings.push({ rule: 'one-event', detail: `${topic} came again, and says something else` });
      }
    }
    return findings;
  }
}
