import { IsName } from '@tollgate/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';

/** The most rules that a policy adds. */
export const MAX_SECRET_RULES = 100;
/** The most false positives that it allows. */
export const MAX_ALLOWANCES = 500;

/** A kind of secret that only this organisation has. */
export class SecretRuleAdded {
  /** How it is called in refusals and redactions. */
  @IsName() id!: string;
  /**
   * RE2, at most 200 characters: what such a secret looks like. The secret itself is the last group, or all of it where there
   * is none.
   */
  @IsString() @MinLength(1) pattern!: string;
}

/** A false positive: what this rule finds in this field, or below it, counts for nothing. */
export class SecretAllowance {
  /** The id of a rule, one of these or of those that are always there. */
  @IsName() rule!: string;
  /** Names joined by dots, from the top of the request (`parameters.checksum`); `*` is any one name or index. */
  @IsString() @MinLength(1) @MaxLength(200) field!: string;
}

/** What counts as a secret, besides what always does, and what does not. */
export class Secrets {
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_SECRET_RULES)
  @ValidateNested({ each: true })
  @Type(() => SecretRuleAdded)
  rules?: SecretRuleAdded[];
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_ALLOWANCES)
  @ValidateNested({ each: true })
  @Type(() => SecretAllowance)
  allow?: SecretAllowance[];
}
