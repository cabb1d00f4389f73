import { GuardrailResult, Route, RouteRisk } from '@tollgate/contracts';
import {
  BREAK_GLASS_SIGN_INS,
  type BreakGlassSignIn,
  type DecisionExplanation,
  type GlassBreakers,
  type PassedLine,
} from '@tollgate/policy';
import { plainToInstance, Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsOptional, IsString, ValidateNested, validateSync } from 'class-validator';
import { CommandError } from '../command-error.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { EXIT_CODE } from '../exit-code.js';

class Passed implements PassedLine {
  @IsString() rule!: string;
  @IsString() why!: string;
}

class Breakers implements GlassBreakers {
  @IsString() rule!: string;
  @IsArray() @IsString({ each: true }) people!: string[];
  @IsIn(BREAK_GLASS_SIGN_INS) signIn!: BreakGlassSignIn;
}

/** What intake answers to `POST /v1/policy/explain`. */
export class ExplanationAnswer implements DecisionExplanation {
  /** The revision that rules. */
  @IsOptional() @IsInt() revision?: number;
  @IsOptional() @IsString() line?: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Passed) earlier!: Passed[];
  @ValidateNested() @Type(() => RouteRisk) risk!: RouteRisk;
  @ValidateNested() @Type(() => Route) route!: Route;
  @IsArray() @ValidateNested({ each: true }) @Type(() => GuardrailResult) guardrails!: GuardrailResult[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => Breakers) breakGlass!: Breakers[];
}

/**
 * Reads an explanation of intake.
 * @throws CommandError when it is none; the message names the field
 */
export function parseExplanation(body: unknown): ExplanationAnswer {
  if (!isJsonObject(body)) {
    throw new CommandError('intake answered something that is no explanation', EXIT_CODE.failure);
  }
  const answer = plainToInstance(ExplanationAnswer, body);
  const [fault] = validateSync(answer, { stopAtFirstError: true });
  if (fault === undefined) return answer;
  throw new CommandError(
    `intake answered an explanation whose "${fault.property}" is not valid`,
    EXIT_CODE.failure,
  );
}
