import { type RiskLevel, type Silence } from '@tollgate/contracts';
import { type Decide } from '../document/decide.js';
import { type AllowedRule, type BlockedRule } from '../document/policy-document.js';

/** One line of the matrix, ready to be asked. `undefined` stands for any. */
export interface CompiledLine {
  /** How the line is called on record. */
  readonly rule: string;
  readonly actions: ReadonlySet<string> | undefined;
  readonly riskLevels: ReadonlySet<RiskLevel> | undefined;
  readonly environments: ReadonlySet<string> | undefined;
  readonly decide: Decide;
  readonly checkpoint: CompiledCheckpoint;
}

/** How long people are waited for; durations are ISO 8601. */
export interface CompiledCheckpoint {
  readonly timeout: string;
  readonly reminders: readonly string[];
  readonly onSilence: Silence;
}

/** One revision of policy and directory, checked and indexed. Made by {@link compile}; immutable. */
export interface CompiledPolicy {
  readonly revision: number;
  /** The lines that may match an action that some line names, in file order. */
  readonly linesByAction: ReadonlyMap<string, readonly CompiledLine[]>;
  /** The lines that may match every other action, in file order. */
  readonly linesForAnyAction: readonly CompiledLine[];
  readonly guardrails: readonly (AllowedRule | BlockedRule)[];
  /** ISO 8601 duration. */
  readonly releaseValidity: string;
  /** `role:cto`, `group:dba`, `person:erin` → person ids, in order of their code units. */
  readonly people: ReadonlyMap<string, readonly string[]>;
  readonly activePeople: ReadonlySet<string>;
  /** JSON of [issuer, subject] → person id. */
  readonly personByIdentity: ReadonlyMap<string, string>;
  /** Lower-cased person id or subject of an identity → the ids of all whom it may mean. */
  readonly personsByName: ReadonlyMap<string, readonly string[]>;
}
