import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsObject, IsString, MaxLength, ValidateNested } from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { RequestSubmitted, RISK_LEVELS, type RiskLevel } from './request.js';

/** Who decides: software at once, people, nobody (denied), or a person who breaks the glass. */
export const DECIDERS = ['automation', 'people', 'deny', 'break-glass'] as const;
export type Decider = (typeof DECIDERS)[number];

/** How sure the system must be of the approver: holds the mailbox, signed in, or a passkey. */
export const SIGN_INS = ['link', 'signed-in', 'passkey'] as const;
export type SignIn = (typeof SIGN_INS)[number];

/** What silence means when a step's time is over. */
export const SILENCES = ['deny', 'approve', 'next'] as const;
export type Silence = (typeof SILENCES)[number];

/**
 * When a step is approved, as an expression tree over the approvers of the step. `kind` tells the nodes apart; a
 * node that an older reader does not know is refused by it, never guessed at.
 */
export type QuorumExpression = {
  /** One approval by somebody who is an approver via `from` (`person:x`, `role:x`, `group:x`). */
  readonly kind: 'one';
  readonly from: string;
};

/** A person who may vote, and via which selectors of the quorum (`role:cto`). */
export class Approver {
  @IsName() person!: string;
  @IsArray() @IsString({ each: true }) @MaxLength(300, { each: true }) via!: string[];
}

/** A person whom the policy names but who may not vote on this request, and why, for people. */
export class ExcludedApprover {
  @IsName() person!: string;
  @IsString() @MaxLength(300) why!: string;
}

/** One step of the plan, resolved to people. An escalation is the next step. */
export class PlanStep {
  @IsObject() quorum!: QuorumExpression;
  @IsArray() @ArrayMaxSize(200) @ValidateNested({ each: true }) @Type(() => Approver) approvers!: Approver[];
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => ExcludedApprover)
  excluded!: ExcludedApprover[];
  /** ISO 8601 duration from the opening of the step, e.g. `PT4H`. */
  @IsString() @MaxLength(100) timeout!: string;
  /** ISO 8601 durations from the opening of the step. */
  @IsArray() @IsString({ each: true }) reminders!: string[];
  @IsIn(SILENCES) onSilence!: Silence;
}

/** The claimed and the effective risk; the effective one counts. */
export class RouteRisk {
  @IsIn(RISK_LEVELS) claimed!: RiskLevel;
  @IsIn(RISK_LEVELS) effective!: RiskLevel;
}

/** What a guardrail would say already at routing, shown to the approvers. */
export class PreflightResult {
  @IsString() @MaxLength(200) guardrail!: string;
  @IsIn(['passed', 'blocked']) verdict!: 'passed' | 'blocked';
}

/** Who decides a request, by which line of the matrix. */
export class Route {
  /** The line of the boundary matrix that matched, e.g. `matrix[3]` or its id; `none` where none did. */
  @IsString() @MaxLength(200) rule!: string;
  @ValidateNested() @Type(() => RouteRisk) riskLevel!: RouteRisk;
  @IsIn(DECIDERS) decider!: Decider;
  @IsArray() @ValidateNested({ each: true }) @Type(() => PlanStep) plan!: PlanStep[];
  @IsIn(SIGN_INS) signIn!: SignIn;
  /** ISO 8601 duration from the decision for which a release may be used. */
  @IsString() @MaxLength(100) releaseValidity!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => PreflightResult) preflight!: PreflightResult[];
  /** One sentence for people. */
  @IsString() @MaxLength(2000) explanation!: string;
}

/** `data` of `route.resolved`. */
export class RouteResolved extends RequestSubmitted {
  @ValidateNested() @Type(() => Route) route!: Route;
}
