import {
  type Approver,
  type QuorumExpression,
  type RiskLevel,
  type SignIn,
  type Silence,
  type Verdict,
  type WorkingTime,
} from '@tollgate/contracts';
import { type Condition } from '../conditions/condition.js';
import { type DirectoryDocument } from '../document/directory-document.js';
import { type PolicyDocument } from '../document/policy-document.js';
import { type CompiledBreakGlass } from '../break-glass/compiled-break-glass.js';
import { type CompiledGuardrail } from '../guardrail/compiled-guardrail.js';
import { type LineIndex, type LineMatch } from '../matrix/line-match.js';
import { type CompiledRiskRule } from '../matrix/risk.js';

/** Whom a quorum asks, found in the directory. */
export interface Electorate {
  readonly quorum: QuorumExpression;
  /** Those who are active. */
  readonly active: readonly Approver[];
  /** Those who are not. */
  readonly inactive: readonly Approver[];
  /** Every one of them. */
  readonly people: ReadonlySet<string>;
  /** Whether the active ones can meet the quorum, while nobody is excluded. */
  readonly canBeMet: boolean;
}

/** How long people are waited for, and what is asked of their answers; durations are ISO 8601. */
export interface CompiledClock {
  readonly timeout: string;
  readonly reminders: readonly string[];
  readonly onSilence: Silence;
  readonly workingTime: WorkingTime | undefined;
  /** The verdicts that need a reason. */
  readonly reasonFor: readonly Verdict[];
  /** How long the clock stands at most for the answer to a question. */
  readonly pauseForAnswer: string | undefined;
}

/** A step of the plan after the first: who is asked when those before stay silent. */
export interface CompiledStep extends CompiledClock {
  readonly electorate: Electorate;
}

/** A checkpoint, with everybody who is asked in turn. */
export interface CompiledCheckpoint {
  readonly name: string;
  readonly when: Condition | undefined;
  /** Of the first step. */
  readonly clock: CompiledClock;
  /** The steps after the first. */
  readonly escalation: readonly CompiledStep[];
  /** ISO 8601 duration. */
  readonly validity: string;
}

/** Who decides by a line. */
export type CompiledDecide =
  | { readonly kind: 'automation' | 'deny' }
  | {
      readonly kind: 'people';
      readonly electorate: Electorate;
      /** The first whose condition holds is taken; the last has none. */
      readonly checkpoints: readonly CompiledCheckpoint[];
    };

/** One line of the matrix, ready to be asked. */
export interface CompiledLine extends LineMatch {
  readonly decide: CompiledDecide;
  /** How surely its people must be known, where the line says it. */
  readonly signIn: SignIn | undefined;
  /** The producer's executor that alone may redeem a release, where the line names one. */
  readonly executor: string | undefined;
}

/** One revision of policy and directory, checked and indexed. Made by {@link compile}; immutable. */
export interface CompiledPolicy {
  readonly revision: number;
  /** As published. */
  readonly policy: PolicyDocument;
  /** As published. */
  readonly directory: DirectoryDocument;
  /** In the order in which they are tried. */
  readonly lines: readonly CompiledLine[];
  readonly lineIndex: LineIndex<CompiledLine>;
  readonly risk: readonly CompiledRiskRule[];
  /** In their order, which makes no difference but to the order of what they say. */
  readonly guardrails: readonly CompiledGuardrail[];
  /** Who may break the glass; the first rule that lets somebody does. */
  readonly breakGlass: readonly CompiledBreakGlass[];
  /** Whether a condition of a guardrail speaks of the risk. */
  readonly guardrailsAskRisk: boolean;
  /** How many conditions of guardrails take the longer the more data there is. */
  readonly costlyConditions: number;
  /** Whom a quorum asks; of equal ones always the same. */
  readonly electorateOf: (quorum: QuorumExpression) => Electorate;
  /** The checkpoint `default`. */
  readonly defaultCheckpoint: CompiledCheckpoint;
  /** How surely those who decide must be known, by effective risk, where the line does not say. */
  readonly signIn: Readonly<Record<RiskLevel, SignIn>>;
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
