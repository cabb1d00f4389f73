import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsString, MaxLength, Min, ValidateNested } from 'class-validator';
import { DecisionMade } from './decision.js';

/** `skipped`: there was nothing to judge, as the decision was no approval. */
export const GUARDRAIL_OUTCOMES = ['passed', 'blocked', 'skipped'] as const;
export type GuardrailOutcome = (typeof GUARDRAIL_OUTCOMES)[number];

/** What one guardrail said. All of them are evaluated and reported. */
export class GuardrailResult {
  @IsString() @MaxLength(200) rule!: string;
  @IsIn(['passed', 'blocked']) verdict!: 'passed' | 'blocked';
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
