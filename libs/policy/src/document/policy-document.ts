import { IsName, RISK_LEVELS, type RiskLevel } from '@tollgate/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  Equals,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { IsDecide } from './is-decide.js';
import { IsOneOrMany, type OneOrMany } from './one-or-many.js';

/** The most lines a matrix may have. */
export const MAX_LINES = 10_000;

/** One line of the boundary matrix: for these actions, at these risks, in these environments, that decides. */
export class MatrixLine {
  /** How the line is called on record; `matrix[<index from 0>]` where it has no id. */
  @IsOptional() @IsName() id?: string;
  @IsOneOrMany() action!: OneOrMany;
  @IsOneOrMany(RISK_LEVELS) riskLevel!: OneOrMany<RiskLevel>;
  @IsOneOrMany() environment!: OneOrMany;
  /** `automation`, `deny`, or whose approval it takes: `{ role: … }`, `{ group: … }`, `{ person: … }`. */
  @IsDecide() decide!: unknown;
  /** The checkpoint whose clock and silence rule apply where people decide; `default` where it names none. */
  @IsOptional() @IsName() checkpoint?: string;
}

/** How long people are waited for, and what their silence means. */
export class Checkpoint {
  /** ISO 8601 duration from the opening of the step. */
  @IsString() @MaxLength(100) timeout!: string;
  /** `deny`: no answer in time is a no, recorded as `expired`. */
  @IsIn(['deny']) onSilence!: 'deny';
  /** ISO 8601 durations from the opening of the step, each before the timeout. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  reminders?: string[];
}

/** What every guardrail says, whatever its kind. */
export class GuardrailRule {
  @IsName() id!: string;
  /** Shown to people where it blocks. */
  @IsString() @MinLength(1) @MaxLength(1000) reason!: string;
  /** `warn`: judged at routing too, and shown to the people who are asked. */
  @IsOptional() @IsIn(['warn']) preflight?: 'warn';
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

/** The policy file: who decides (matrix), how long they have (checkpoints), and what is forbidden all the same (guardrails). */
export class PolicyDocument {
  /** Of the format. */
  @Equals(1) version!: 1;
  /** The first line that matches decides; where none does, the request is denied. */
  @IsArray()
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => MatrixLine)
  matrix!: MatrixLine[];
  /** By name; `default` must be there. */
  @IsObject() checkpoints!: Record<string, Checkpoint>;
  @IsOptional() @IsArray() @ArrayMaxSize(1000) @IsObject({ each: true }) guardrails?: (
    AllowedRule | BlockedRule
  )[];
  /** ISO 8601 duration from the decision for which a release may be used. */
  @IsString() @MaxLength(100) releaseValidity!: string;
}
