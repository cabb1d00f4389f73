import {
  IsName,
  PRODUCER_NAME,
  RISK_LEVELS,
  type RiskLevel,
  SIGN_INS,
  type SignIn,
  type Verdict,
  VERDICTS,
} from '@tollgate/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  Equals,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { BreakGlassRule, MAX_BREAK_GLASS_RULES } from './break-glass-document.js';
import { type GuardrailRules } from './guardrail-document.js';
import { IsDecide } from './is-decide.js';
import { IsMatrix, IsSilence } from './is-matrix.js';
import { IsNameOrNames, IsOneOrMany, type OneOrMany } from './one-or-many.js';
import { Secrets } from './secrets-document.js';

export * from './break-glass-document.js';
export * from './guardrail-document.js';
export * from './secrets-document.js';
export { MAX_LINES } from './is-matrix.js';

/** The most risk rules. */
export const MAX_RISK_RULES = 200;

/** Raises the risk that a request claims; none ever lowers it. One that cannot be evaluated raises as if it held. */
export class RiskRule {
  @IsName() id!: string;
  /** CEL, true or false; `risk` is the claimed one. */
  @IsString() @MinLength(1) when!: string;
  @IsIn(RISK_LEVELS) raiseTo!: RiskLevel;
}

/** One line of the boundary matrix: for these actions, at these risks, in these environments, that decides. */
export class MatrixLine {
  /** How the line is called on record; `matrix[<index from 0>]` where it has no id. */
  @IsOptional() @IsName() id?: string;
  @IsOneOrMany() action!: OneOrMany;
  @IsOneOrMany(RISK_LEVELS) riskLevel!: OneOrMany<RiskLevel>;
  @IsOneOrMany() environment!: OneOrMany;
  /** CEL, true or false: the line matches only where it holds. Where it cannot be evaluated, the request is denied. */
  @IsOptional() @IsString() @MinLength(1) when?: string;
  /** `automation`, `deny`, or whose approval it takes: a role, a group, a person, or a quorum of them. */
  @IsDecide() decide!: unknown;
  /**
   * The checkpoint whose clock and silence rule apply where people decide. Of a list the first whose condition holds;
   * `default` where none does, and where the line names none.
   */
  @IsOptional() @IsNameOrNames() checkpoint?: string | string[];
  /** How surely its people must be known, whatever the policy asks for at the risk. */
  @IsOptional() @IsIn(SIGN_INS) signIn?: SignIn;
  /**
   * The executor of the producer that alone may redeem the release, by an API key of its own; where none is named, the
   * producer itself does.
   */
  @IsOptional()
  @IsString()
  @Matches(PRODUCER_NAME, { message: '$property must be 2 to 60 lower-case letters, digits or dashes' })
  executor?: string;
}

/** The next to decide when a checkpoint's people stay silent. */
export class Escalation {
  /** Like `decide` of a line, by people. */
  @IsDecide() ask!: unknown;
  /** The checkpoint whose clock and silence rule apply to them. */
  @IsName() checkpoint!: string;
}

/** How long people are waited for, and what their silence means. */
export class Checkpoint {
  /** CEL, true or false: where it does not hold, the line goes on to its next checkpoint. */
  @IsOptional() @IsString() @MinLength(1) when?: string;
  /** ISO 8601 duration from the opening of the step; in working hours where a calendar is named. */
  @IsString() @MaxLength(100) timeout!: string;
  /** The calendar of the directory in whose hours timeout and reminders run; around the clock where none is named. */
  @IsOptional() @IsName() calendar?: string;
  /**
   * `deny`: no answer in time is a no, recorded as `expired`. `approve`: it is a yes, recorded as such; refused for high
   * and critical risk and for production. Or who is asked next.
   */
  @IsSilence() onSilence!: 'deny' | 'approve' | Escalation;
  /** ISO 8601 duration from the decision for which a release may be used; `releaseValidity` where it is not said. */
  @IsOptional() @IsString() @MaxLength(100) validity?: string;
  /** ISO 8601 durations from the opening of the step, each before the timeout. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  reminders?: string[];
  /** The verdicts that count only with a reason; none where it is not said. */
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @IsIn(VERDICTS, { each: true })
  reasonFor?: Verdict[];
  /**
   * ISO 8601 duration of at most 30 days: the clock stands while the requester owes an answer, at most so long; in
   * working hours where a calendar is named. Where it is not said, a question does not stop the clock.
   */
  @IsOptional() @IsString() @MaxLength(100) pauseForAnswer?: string;
}

/** The short form of the matrix: action → risk → decider, both with `*` for what is not named. */
export type NestedMatrix = Record<string, Partial<Record<RiskLevel | '*', unknown>>>;

/**
 * How surely whoever decides must be known, by the effective risk: `link` (holds the mailbox), `signed-in` (with a recent
 * sign-in), `passkey`. What is not said is {@link SIGN_IN_DEFAULTS}.
 */
export class SignInByRisk implements Partial<Record<RiskLevel, SignIn>> {
  @IsOptional() @IsIn(SIGN_INS) low?: SignIn;
  @IsOptional() @IsIn(SIGN_INS) medium?: SignIn;
  @IsOptional() @IsIn(SIGN_INS) high?: SignIn;
  @IsOptional() @IsIn(SIGN_INS) critical?: SignIn;
}

/** What a policy asks for where it does not say. */
export const SIGN_IN_DEFAULTS: Readonly<Record<RiskLevel, SignIn>> = {
  low: 'link',
  medium: 'link',
  high: 'signed-in',
  critical: 'passkey',
};

/** The policy file: who decides (matrix), how long they have (checkpoints), and what is forbidden all the same (guardrails). */
export class PolicyDocument {
  /** Of the format. */
  @Equals(1) version!: 1;
  /** Judged before the matrix: the effective risk is the highest of the claimed one and of the rules that hold. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_RISK_RULES)
  @ValidateNested({ each: true })
  @Type(() => RiskRule)
  risk?: RiskRule[];
  /**
   * Lines: the first that matches decides. Or, short, decider by action and risk, in all environments:
   * `{ deploy_ci: { low: automation, high: team-lead } }`. Where none does, the request is denied. */
  @IsMatrix() matrix!: MatrixLine[] | NestedMatrix;
  /** How surely those who decide must be known; a line's own `signIn` goes before it. */
  @IsOptional() @ValidateNested() @Type(() => SignInByRisk) signIn?: SignInByRisk;
  /** By name; `default` must be there. */
  @IsObject() checkpoints!: Record<string, Checkpoint>;
  /** What is forbidden whoever approved: each by its kind (`allowed`, `blocked`, `condition`, `sign-off`, `window`, `max-age`). */
  @IsOptional() @IsArray() @ArrayMaxSize(1000) @IsObject({ each: true }) guardrails?: GuardrailRules[];
  /** Who may have a request go ahead without waiting for people, and who looks at it afterwards; nobody where it is not said. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_BREAK_GLASS_RULES)
  @ValidateNested({ each: true })
  @Type(() => BreakGlassRule)
  breakGlass?: BreakGlassRule[];
  /** What counts as a secret and must not come in, besides what always does. */
  @IsOptional() @ValidateNested() @Type(() => Secrets) secrets?: Secrets;
  /** ISO 8601 duration from the decision for which a release may be used. */
  @IsString() @MaxLength(100) releaseValidity!: string;
}
