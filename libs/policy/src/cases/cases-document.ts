import {
  IsName,
  IsTimestamp,
  type JsonObject,
  RISK_LEVELS,
  type RiskLevel,
  SIGN_INS,
  type SignIn,
} from '@tollgate/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';

/** The request of a case; what it does not say is harmless. */
export class CaseRequest {
  @IsName() action!: string;
  /** As claimed; `low` where it is not said. */
  @IsOptional() @IsIn(RISK_LEVELS) risk?: RiskLevel;
  /** `production` where it is not said. */
  @IsOptional() @IsName() environment?: string;
  @IsOptional() @IsName() requester?: string;
  /** The owner of the credential that asks. */
  @IsOptional() @IsName() owner?: string;
  @IsOptional() @IsName() producer?: string;
  @IsOptional() @IsArray() @ArrayMaxSize(100) @IsName({ each: true }) onBehalfOf?: string[];
  @IsOptional() @IsObject() target?: JsonObject;
  @IsOptional() @IsObject() parameters?: JsonObject;
  /** When it is asked and decided, RFC 3339; without it windows say nothing. */
  @IsOptional() @IsTimestamp() at?: string;
  /** Who approves; without it everybody who is asked does. */
  @IsOptional() @IsArray() @ArrayMaxSize(200) @IsName({ each: true }) approvedBy?: string[];
  /** How long after the decision the release is used, ISO 8601; at once without it. */
  @IsOptional() @IsString() @MaxLength(100) usedAfter?: string;
}

/** What a case expects; what it does not say is not compared. */
export class CaseExpectation {
  /** The id of the line, or `none`. */
  @IsOptional() @IsString() @MaxLength(200) rule?: string;
  @IsOptional() @IsIn(['automation', 'people', 'deny']) decider?: 'automation' | 'people' | 'deny';
  /** Who may vote in the first step, in any order. */
  @IsOptional() @IsArray() @ArrayMaxSize(200) @IsName({ each: true }) approvers?: string[];
  /** Who is named but may not vote in the first step, in any order. */
  @IsOptional() @IsArray() @ArrayMaxSize(1000) @IsName({ each: true }) excluded?: string[];
  /** ISO 8601 duration of the first step. */
  @IsOptional() @IsString() @MaxLength(100) timeout?: string;
  /** The effective one. */
  @IsOptional() @IsIn(RISK_LEVELS) risk?: RiskLevel;
  /** How surely those who decide must be known; nothing where nobody is asked. */
  @IsOptional() @IsIn(SIGN_INS) signIn?: SignIn;
  /** The ids of the guardrails that would block if it were approved, in any order; an empty list: none would. */
  @IsOptional() @IsArray() @ArrayMaxSize(1000) @IsName({ each: true }) guardrails?: string[];
  /** The ids of the guardrails that say something for the record only, in any order. */
  @IsOptional() @IsArray() @ArrayMaxSize(1000) @IsName({ each: true }) advised?: string[];
  /** The ids of the guardrails that people are shown beforehand, in any order. */
  @IsOptional() @IsArray() @ArrayMaxSize(1000) @IsName({ each: true }) preflight?: string[];
}

/** A case: a request, and what the policy must make of it. */
export class PolicyCase {
  @IsString() @MinLength(1) @MaxLength(300) name!: string;
  @ValidateNested() @Type(() => CaseRequest) request!: CaseRequest;
  @ValidateNested() @Type(() => CaseExpectation) expect!: CaseExpectation;
}

/** The cases file. */
export class CasesDocument {
  @IsArray()
  @ArrayMaxSize(10_000)
  @ValidateNested({ each: true })
  @Type(() => PolicyCase)
  cases!: PolicyCase[];
}
