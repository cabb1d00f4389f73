import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsOptional, IsString, MaxLength, Min, ValidateNested } from 'class-validator';
import { DecisionMade } from './decision.js';

/** `skipped`: there was nothing to judge, as the decision was no approval. */
export const GUARDRAIL_OUTCOMES = ['passed', 'blocked', 'skipped'] as const;
export type GuardrailOutcome = (typeof GUARDRAIL_OUTCOMES)[number];

/**
 * What one guardrail said. `overridden`: it would have blocked, and somebody who may overrode it before the decision.
 * `advised`: it would have blocked, and is advisory. Neither blocks.
 */
export const GUARDRAIL_VERDICTS = ['passed', 'blocked', 'overridden', 'advised'] as const;
export type GuardrailVerdict = (typeof GUARDRAIL_VERDICTS)[number];

/** Whether nobody outranks a guardrail, certain people may, or it only says so on record. */
export const GUARDRAIL_STRENGTHS = ['absolute', 'overridable', 'advisory'] as const;
export type GuardrailStrength = (typeof GUARDRAIL_STRENGTHS)[number];

/** What one guardrail said. All of them are evaluated and reported. */
export class GuardrailResult {
  @IsString() @MaxLength(200) rule!: string;
  @IsIn(GUARDRAIL_VERDICTS) verdict!: GuardrailVerdict;
  /** Where absent: `absolute`. */
  @IsOptional() @IsIn(GUARDRAIL_STRENGTHS) strength?: GuardrailStrength;
  /** For people. */
  @IsString() @MaxLength(2000) reason!: string;
}

/** What the gate said. */
export class Guardrail {
  @IsIn(GUARDRAIL_OUTCOMES) outcome!: GuardrailOutcome;
  @IsArray() @ValidateNested({ each: true }) @Type(() => GuardrailResult) results!: GuardrailResult[];
  @IsInt() @Min(1) policyRevision!: number;
}

/** `data` of `guardrail.evaluated`. */
export class GuardrailEvaluated extends DecisionMade {
  @ValidateNested() @Type(() => Guardrail) guardrail!: Guardrail;
}
