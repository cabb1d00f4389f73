import { type GuardrailStrength, type Selector } from '@tollgate/contracts';
import { type Condition } from '../conditions/condition.js';
import { type PlacedSelector } from '../document/decide-reader.js';
import { type RecurringWindow } from '../window/recurring-window.js';

/** What every guardrail says, read. */
export interface CompiledRule {
  readonly id: string;
  /** For people. */
  readonly reason: string;
  readonly strength: GuardrailStrength;
  /** Who may override it; empty unless it is overridable. */
  readonly overridableBy: readonly Selector[];
  /** Where it does not hold, the rule does not apply; undefined for one that always does. */
  readonly when: Condition | undefined;
  /** Whether what it is sure to block is denied before anybody is asked. */
  readonly deniesBeforehand: boolean;
  /** Whether people are shown what it says beforehand also where it passes. */
  readonly warns: boolean;
}

/** Somebody of certain people must be among those whose approval counts. */
export interface SignOff extends CompiledRule {
  readonly kind: 'sign-off';
  readonly from: readonly Selector[];
}

/** A guardrail, ready to be judged. */
export type CompiledGuardrail =
  | (CompiledRule & {
      readonly kind: 'allowed';
      readonly field: string;
      readonly values: ReadonlySet<string>;
    })
  | (CompiledRule & { readonly kind: 'blocked'; readonly actions: ReadonlySet<string> })
  | (CompiledRule & { readonly kind: 'condition'; readonly forbid: Condition })
  | SignOff
  | (CompiledRule & {
      readonly kind: 'window';
      readonly mode: 'freeze' | 'maintenance';
      readonly window: RecurringWindow;
    })
  | (CompiledRule & {
      readonly kind: 'max-age';
      readonly maxAge: string;
      /** Milliseconds. */
      readonly maxAgeMs: number;
    });

/** A guardrail, with the places in the file that later checks speak of. */
export interface ReadGuardrail {
  readonly rule: CompiledGuardrail;
  readonly pointer: string;
  /** Of `overridableBy`; pointers from the document. */
  readonly overriders: readonly PlacedSelector[];
  /** Of a sign-off; pointers from the document. */
  readonly signers: readonly PlacedSelector[];
}
