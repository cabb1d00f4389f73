import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { PRODUCER_NAME } from '../topics.js';
import { RequestSubmitted, RISK_LEVELS, type RiskLevel } from './request.js';

/** Who decides: software at once, people, nobody (denied), or a person who breaks the glass. */
export const DECIDERS = ['automation', 'people', 'deny', 'break-glass'] as const;
export type Decider = (typeof DECIDERS)[number];

/** How sure the system must be of the approver: holds the mailbox, signed in, or a passkey. */
export const SIGN_INS = ['link', 'signed-in', 'passkey'] as const;
export type SignIn = (typeof SIGN_INS)[number];

/** What an approver says. */
export const VERDICTS = ['approve', 'deny', 'abstain'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What silence means when a step's time is over. */
export const SILENCES = ['deny', 'approve', 'next'] as const;
export type Silence = (typeof SILENCES)[number];

/** Whom a quorum asks: `role:cto`, `group:dba`, `person:erin`. */
export type Selector = string;

/** One of the selectors of a weighted quorum, and what an approval by its people weighs (a whole number from 1). */
export interface WeightedSelector {
  readonly from: Selector;
  readonly weight: number;
}

/**
 * When a step is approved, as an expression tree over the approvers of the step. `kind` tells the nodes apart; a
 * node that an older reader does not know is refused by it, never guessed at. What each node means:
 * docs/design/quorums.md.
 */
export type QuorumExpression =
  /** One approval by somebody who is an approver via `from`. */
  | { readonly kind: 'one'; readonly from: Selector }
  /** Approvals by `count` people, each via any of `from`. */
  | { readonly kind: 'people'; readonly count: number; readonly from: readonly Selector[] }
  /** Approvals by over half of the approvers via `from`, whether they vote or not. */
  | { readonly kind: 'majority'; readonly from: readonly Selector[] }
  /** Approvals by every approver via `from`, of whom there is at least one. */
  | { readonly kind: 'unanimous'; readonly from: readonly Selector[] }
  /** Approvals that weigh at least `threshold` together; a person weighs what the heaviest of their selectors does. */
  | { readonly kind: 'weighted'; readonly threshold: number; readonly of: readonly WeightedSelector[] }
  /** At least one of the branches is met. */
  | { readonly kind: 'any'; readonly of: readonly QuorumExpression[] }
  /** Every branch is met, each by people of its own unless `samePerson`. */
  | { readonly kind: 'all'; readonly of: readonly QuorumExpression[]; readonly samePerson?: true }
  /** At least `count` of the branches are met, each by people of its own unless `samePerson`. */
  | {
      readonly kind: 'atLeast';
      readonly count: number;
      readonly of: readonly QuorumExpression[];
      readonly samePerson?: true;
    }
  /** `in` is met; one denial by an approver via one of `by` ends the step, whatever denials it takes otherwise. */
  | { readonly kind: 'veto'; readonly by: readonly Selector[]; readonly in: QuorumExpression }
  /** Like `all`; but a branch is asked only once those before it are met together. */
  | { readonly kind: 'stages'; readonly of: readonly QuorumExpression[]; readonly samePerson?: true }
  /** At the root only: `count` denials end the step; without this node one does. */
  | { readonly kind: 'denials'; readonly count: number; readonly in: QuorumExpression };

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

/** `09:00/17:00`: from, and until (`24:00` is the end of the day), on the clock of the zone. */
const HOURS = /^([01]\d|2[0-3]):[0-5]\d\/(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

const AreHours = (): PropertyDecorator => (target, property) => {
  for (const check of [
    IsOptional(),
    IsArray(),
    ArrayMaxSize(24),
    IsString({ each: true }),
    Matches(HOURS, { each: true }),
  ])
    check(target, property);
};

/** The hours of each day of the week that are worked; a day that is not named is off. */
export class WorkingWeek {
  @AreHours() monday?: string[];
  @AreHours() tuesday?: string[];
  @AreHours() wednesday?: string[];
  @AreHours() thursday?: string[];
  @AreHours() friday?: string[];
  @AreHours() saturday?: string[];
  @AreHours() sunday?: string[];
}

/** The hours in which the clock of a step runs, copied from the calendar that the checkpoint names. */
export class WorkingTime {
  /** Name of the calendar. */
  @IsName() calendar!: string;
  /** IANA time zone, e.g. `Europe/Berlin`. */
  @IsString() @MaxLength(100) zone!: string;
  @ValidateNested() @Type(() => WorkingWeek) week!: WorkingWeek;
  /** Days off whatever the week says, ISO 8601 (`2026-12-25`). */
  @IsArray()
  @ArrayMaxSize(400)
  @IsString({ each: true })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { each: true })
  holidays!: string[];
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
  /** Where present, timeout and reminders run only in these hours. */
  @IsOptional() @ValidateNested() @Type(() => WorkingTime) workingTime?: WorkingTime;
  /** The verdicts that count only with a reason; where absent, none needs one. */
  @IsOptional() @IsArray() @ArrayUnique() @IsIn(VERDICTS, { each: true }) reasonFor?: Verdict[];
  /**
   * ISO 8601 duration: how long the clock stands at most while the requester owes an answer, in the hours of
   * `workingTime` where these are given. Where absent, a question does not stop the clock.
   */
  @IsOptional() @IsString() @MaxLength(100) pauseForAnswer?: string;
}

/** The claimed and the effective risk; the effective one counts. */
export class RouteRisk {
  @IsIn(RISK_LEVELS) claimed!: RiskLevel;
  @IsIn(RISK_LEVELS) effective!: RiskLevel;
  /** The ids of the risk rules that raised it. */
  @IsOptional() @IsArray() @IsString({ each: true }) @MaxLength(200, { each: true }) raisedBy?: string[];
}

/** `possible`: it depends on when it is decided, or released. */
export const PREFLIGHT_VERDICTS = ['passed', 'blocked', 'possible'] as const;
export type PreflightVerdict = (typeof PREFLIGHT_VERDICTS)[number];

/** What a guardrail would say already at routing, shown to the approvers. */
export class PreflightResult {
  @IsString() @MaxLength(200) guardrail!: string;
  @IsIn(PREFLIGHT_VERDICTS) verdict!: PreflightVerdict;
  /** For people. */
  @IsOptional() @IsString() @MaxLength(2000) reason?: string;
  /** Where absent: `absolute`. */
  @IsOptional() @IsIn(['absolute', 'overridable', 'advisory']) strength?:
    'absolute' | 'overridable' | 'advisory';
}

/** Who decides a request, by which line of the matrix. */
export class Route {
  /** The line of the boundary matrix that matched, e.g. `matrix[3]` or its id; `none` where none did. */
  @IsString() @MaxLength(200) rule!: string;
  @ValidateNested() @Type(() => RouteRisk) riskLevel!: RouteRisk;
  @IsIn(DECIDERS) decider!: Decider;
  @IsArray() @ValidateNested({ each: true }) @Type(() => PlanStep) plan!: PlanStep[];
  /** How surely whoever votes must be known, by the effective risk or the line. */
  @IsIn(SIGN_INS) signIn!: SignIn;
  /** ISO 8601 duration from the decision for which a release may be used. */
  @IsString() @MaxLength(100) releaseValidity!: string;
  /** Which executor of the producer alone may redeem the release; where absent, the producer itself does. */
  @IsOptional() @IsString() @Matches(PRODUCER_NAME) executor?: string;
  /** The rule of the policy by which the glass is broken; only where the decider is `break-glass`. */
  @IsOptional() @IsName() breakGlass?: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => PreflightResult) preflight!: PreflightResult[];
  /** One sentence for people. */
  @IsString() @MaxLength(2000) explanation!: string;
}

/** `data` of `route.resolved`. */
export class RouteResolved extends RequestSubmitted {
  @ValidateNested() @Type(() => Route) route!: Route;
}
