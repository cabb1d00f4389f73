import { GUARDRAIL_STRENGTHS, type GuardrailStrength, IsName } from '@tollgate/contracts';
import {
  ArrayMaxSize,
  ArrayMinSize,
  Equals,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
} from 'class-validator';
import { IsSelectors } from './is-decide.js';

/** What every guardrail says, whatever its kind. */
export class GuardrailRule {
  @IsName() id!: string;
  /** Shown to people where it blocks. */
  @IsString() @MinLength(1) @MaxLength(1000) reason!: string;
  /**
   * `absolute` (where it is not said): nobody outranks it. `overridable`: those of `overridableBy` may override it before
   * the decision. `advisory`: what it says goes on record and blocks nothing.
   */
  @IsOptional() @IsIn(GUARDRAIL_STRENGTHS) strength?: GuardrailStrength;
  /** Who may override it; only where it is overridable, and there it must be said. */
  @IsOptional() @IsSelectors() overridableBy?: unknown;
  /** CEL, true or false: the rule applies only where it holds. Where it cannot be evaluated, the rule blocks. */
  @IsOptional() @IsString() @MinLength(1) when?: string;
  /**
   * `deny` (where it is not said, for absolute rules): what it is sure to block is denied before anybody is asked. `warn`:
   * people are asked, and shown it.
   */
  @IsOptional() @IsIn(['deny', 'warn']) preflight?: 'deny' | 'warn';
}

/**
 * A field of the request may only have one of the listed values. It judges only a request that carries the field: one
 * without it passes. Where the field is a list, each item must be listed; where it is no text, it blocks.
 */
export class AllowedRule extends GuardrailRule {
  @Equals('allowed') kind!: 'allowed';
  /** `environment`, `producer`, or a path into what is asked, like `target.region`. */
  @IsString() @MaxLength(500) field!: string;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  @MaxLength(1000, { each: true })
  values!: string[];
}

/** Actions that are never released, whoever approved. */
export class BlockedRule extends GuardrailRule {
  @Equals('blocked') kind!: 'blocked';
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @IsName({ each: true })
  actions!: string[];
}

/** Blocks where a condition holds. */
export class ConditionRule extends GuardrailRule {
  @Equals('condition') kind!: 'condition';
  /** CEL, true or false: true is forbidden. */
  @IsString() @MinLength(1) forbid!: string;
}

/** Somebody of certain people must be among those whose approval counts. They are asked together with those of the line. */
export class SignOffRule extends GuardrailRule {
  @Equals('sign-off') kind!: 'sign-off';
  /** One approval by one of these people suffices. */
  @IsSelectors() from!: unknown;
}

/** Times at which nothing (freeze), or at which alone something (maintenance), may be decided and released. */
export class WindowRule extends GuardrailRule {
  @Equals('window') kind!: 'window';
  /** `freeze`: blocks within. `maintenance`: blocks outside. */
  @IsIn(['freeze', 'maintenance']) mode!: 'freeze' | 'maintenance';
  /** When it begins, the first time: local time of the zone, like `2026-12-18T17:00`. */
  @IsString() @MaxLength(30) start!: string;
  /** ISO 8601: days and weeks by the calendar of the zone, hours and less by the clock. */
  @IsString() @MaxLength(100) duration!: string;
  /** When it comes again, RFC 5545: like `FREQ=WEEKLY;BYDAY=FR`. Once where it is not said. */
  @IsOptional() @IsString() @MaxLength(500) rrule?: string;
  /** IANA time zone, like `Europe/Berlin`. */
  @IsString() @MaxLength(100) zone!: string;
  /** Days (`2026-12-25`) on which it does not begin, or single beginnings (`2026-12-25T17:00`); local. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(400)
  @IsString({ each: true })
  @MaxLength(30, { each: true })
  exceptions?: string[];
}

/** How old a decision may be when its release is used; at the decision itself it is never too old. */
export class MaxAgeRule extends GuardrailRule {
  @Equals('max-age') kind!: 'max-age';
  /** ISO 8601 duration, from the decision. */
  @IsString() @MaxLength(100) maxAge!: string;
}

/** A guardrail of any kind, as it stands in the file. */
export type GuardrailRules =
  AllowedRule | BlockedRule | ConditionRule | SignOffRule | WindowRule | MaxAgeRule;

/** The classes by kind. */
export const GUARDRAIL_KINDS = {
  allowed: AllowedRule,
  blocked: BlockedRule,
  condition: ConditionRule,
  'sign-off': SignOffRule,
  window: WindowRule,
  'max-age': MaxAgeRule,
} as const;
