import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { RouteResolved, VERDICTS, type Verdict } from './route.js';

/** `expired` is a silence that the checkpoint turns into a no; `cancelled` a withdrawal by the requester. */
export const DECISION_OUTCOMES = ['approved', 'denied', 'cancelled', 'expired'] as const;
export type DecisionOutcome = (typeof DECISION_OUTCOMES)[number];

export const DECIDED_BY = ['people', 'automation', 'timeout', 'requester', 'policy', 'break-glass'] as const;
export type DecidedBy = (typeof DECIDED_BY)[number];

/** How the voter was known to be who they are. */
export const AUTHENTICATIONS = ['link', 'signed-in', 'passkey'] as const;
export type Authentication = (typeof AUTHENTICATIONS)[number];

/** One vote, counted or not. */
export class Vote {
  @IsName() person!: string;
  @IsOptional() @IsName() onBehalfOf?: string;
  @IsOptional() @IsString() @MaxLength(100) delegation?: string;
  /** Index of the plan's step it was cast in, from 0. */
  @IsInt() @Min(0) step!: number;
  @IsIn(VERDICTS) verdict!: Verdict;
  @IsString() @MaxLength(4000) reason!: string;
  @IsTimestamp() at!: string;
  @IsIn(AUTHENTICATIONS) authentication!: Authentication;
  /** Whether it counts towards the quorum: the voter's last vote of the current step, cast in time. */
  @IsBoolean() counted!: boolean;
  /** Why it does not count, for people. */
  @IsOptional() @IsString() @MaxLength(300) why?: string;
}

/** A guardrail that a named role overrode before the decision. */
export class Override {
  @IsString() @MaxLength(200) guardrail!: string;
  @IsName() person!: string;
  @IsString() @MaxLength(4000) justification!: string;
  @IsTimestamp() at!: string;
  @IsIn(AUTHENTICATIONS) authentication!: Authentication;
}

/** What was decided, by whom, on which votes. */
export class Decision {
  @IsIn(DECISION_OUTCOMES) outcome!: DecisionOutcome;
  @IsIn(DECIDED_BY) decidedBy!: DecidedBy;
  /** Index of the plan's step in which it was decided; 0 where nobody was asked. */
  @IsInt() @Min(0) step!: number;
  @IsTimestamp() openedAt!: string;
  /** When the step's silence would have taken effect; absent where nobody was asked. */
  @IsOptional() @IsTimestamp() deadline?: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Vote) votes!: Vote[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => Override) overrides!: Override[];
  /** UTC, milliseconds: the gate's "now". */
  @IsTimestamp() decidedAt!: string;
  /** One sentence for people: who said what, or why nobody was asked. */
  @IsString() @MaxLength(4000) explanation!: string;
  /** The policy revision that ruled at the decision; guardrails are judged by it. */
  @IsInt() @Min(1) policyRevision!: number;
}

/** `data` of `decision.made`. */
export class DecisionMade extends RouteResolved {
  @ValidateNested() @Type(() => Decision) decision!: Decision;
}

/** `data` of `vote.cast`: one vote as it arrived, also one that did not count. */
export class VoteCast {
  @IsUUID() requestId!: string;
  /** The voter's how-manieth vote on this request, from 1. */
  @IsInt() @Min(1) count!: number;
  @ValidateNested() @Type(() => Vote) vote!: Vote;
}

/**
 * Why a mail is sent: the person is asked; is reminded; it was decided without them; the result for the requester; a
 * question for the requester, and its answer; somebody broke the glass, to everybody who would have been asked.
 */
export const MAIL_KINDS = [
  'asked',
  'reminded',
  'decided',
  'result',
  'question',
  'answer',
  'break-glass',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** `data` of `approver.notified`: a mail went out. Person ids only, never an address. */
export class ApproverNotified {
  @IsUUID() requestId!: string;
  @IsName() person!: string;
  /** The how-manieth mail to this person about the request, from 1. */
  @IsInt() @Min(1) count!: number;
  @IsIn(MAIL_KINDS) kind!: MailKind;
  @IsInt() @Min(0) step!: number;
  /** Of the mail; several requests of one digest have the same. */
  @IsString() @MaxLength(500) messageId!: string;
  @IsTimestamp() notifiedAt!: string;
}
