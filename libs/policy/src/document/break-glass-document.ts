import { IsName, RISK_LEVELS, type RiskLevel } from '@tollgate/contracts';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, IsString, MinLength, ValidateNested } from 'class-validator';
import { IsDecide, IsSelectors } from './is-decide.js';
import { IsOneOrMany, type OneOrMany } from './one-or-many.js';

/** The most rules that say who may break the glass. */
export const MAX_BREAK_GLASS_RULES = 200;

/** How surely whoever breaks the glass can be known: by a token of their own, which a link in a mail is not. */
export const BREAK_GLASS_SIGN_INS = ['signed-in', 'passkey'] as const;
export type BreakGlassSignIn = (typeof BREAK_GLASS_SIGN_INS)[number];

/** Who looks at it afterwards. */
export class BreakGlassReview {
  /** Like `decide` of a line, by people; whoever broke the glass or asked is never among them. */
  @IsDecide() decide!: unknown;
  /** The checkpoint by which they are asked. Its silence only ever asks on: at its end the last ones are asked again. */
  @IsName() checkpoint!: string;
}

/** Who may break the glass: have a request go ahead without waiting for the people whom its line asks. */
export class BreakGlassRule {
  @IsName() id!: string;
  @IsSelectors() who!: unknown;
  @IsOneOrMany() action!: OneOrMany;
  /** The effective one. */
  @IsOneOrMany(RISK_LEVELS) riskLevel!: OneOrMany<RiskLevel>;
  @IsOneOrMany() environment!: OneOrMany;
  /** CEL, true or false: the rule is for a request only where it holds. Where it cannot be evaluated, it is not. */
  @IsOptional() @IsString() @MinLength(1) when?: string;
  /** How surely they must be known, at least. */
  @IsIn(BREAK_GLASS_SIGN_INS) signIn!: BreakGlassSignIn;
  @IsObject() @ValidateNested() @Type(() => BreakGlassReview) review!: BreakGlassReview;
}
