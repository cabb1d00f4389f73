import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsSha256 } from '../checks/is-sha256.js';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { type JsonObject } from '../json.js';

/** From harmless to grave. The requester claims one; policy may raise it, never lower it. */
export const RISK_LEVELS = ['low', 'medium', 'high', 'critical'] as const;
export type RiskLevel = (typeof RISK_LEVELS)[number];

/** One secret that was cut out of a free-text field at the door. */
export class Redaction {
  /** JSON pointer (RFC 6901) to the field. */
  @IsString() @MaxLength(500) pointer!: string;
  /** The detection rule that found it. */
  @IsString() @MaxLength(200) rule!: string;
}

/** A request to skip waiting for people; a person answers for it. */
export class BreakGlass {
  @IsString() @MinLength(1) @MaxLength(4000) justification!: string;
  @IsName() person!: string;
  @IsString() @MaxLength(40) authentication!: string;
}

/** What was asked, by whom, as accepted at the door. Travels unchanged on every later event. */
export class Request {
  @IsUUID() id!: string;
  /** The producer whose credential or inbound topic brought it. */
  @IsName() producer!: string;
  /** Who the credential says is asking: never taken from the body. */
  @IsName() requester!: string;
  /** The person who owns the credential; excluded from deciding. */
  @IsName() owner!: string;
  /** Persons the requester acts for; only ever excludes them. */
  @IsArray() @ArrayMaxSize(50) @IsName({ each: true }) onBehalfOf!: string[];
  @IsName() action!: string;
  @IsName() environment!: string;
  /** As claimed by the requester. */
  @IsIn(RISK_LEVELS) riskLevel!: RiskLevel;
  @IsObject() target!: JsonObject;
  @IsObject() parameters!: JsonObject;
  @IsString() @MaxLength(4000) reason!: string;
  /** UTC, milliseconds. */
  @IsTimestamp() submittedAt!: string;
  /** SHA-256, hex, over the JCS form of action, environment, target, parameters. */
  @IsSha256() contentHash!: string;
  /** The policy revision that ruled at submission; it says who decides. */
  @IsInt() @Min(1) policyRevision!: number;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Redaction) redactions!: Redaction[];
  /** After this time the request is of no use to the requester. */
  @IsOptional() @IsTimestamp() expiresAt?: string;
  @IsOptional() @ValidateNested() @Type(() => BreakGlass) breakGlass?: BreakGlass;
}

/** `data` of `request.submitted`. */
export class RequestSubmitted {
  @ValidateNested() @Type(() => Request) request!: Request;
}

/** Why a record of an inbound topic was not accepted; `pointer` is a JSON pointer into its data, never a value. */
export class RejectionReason {
  @IsString() @MaxLength(200) type!: string;
  @IsString() @MaxLength(1000) detail!: string;
  @IsOptional() @IsString() @MaxLength(500) pointer?: string;
  /** Of a detected secret: the rule that found it. */
  @IsOptional() @IsString() @MaxLength(200) rule?: string;
}

/** `data` of `request.rejected`: the place of the inbound record and the reasons, never its content. */
export class RequestRejected {
  @IsUUID() requestId!: string;
  @IsString() @MaxLength(200) producer!: string;
  @IsString() @MaxLength(249) topic!: string;
  @IsInt() @Min(0) partition!: number;
  /** The record's offset; a 64-bit number, so text. */
  @Matches(/^\d+$/) offset!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => RejectionReason) reasons!: RejectionReason[];
  @IsTimestamp() rejectedAt!: string;
}

/** `data` of `request.withdrawn`. */
export class RequestWithdrawn {
  @IsUUID() requestId!: string;
  @IsName() withdrawnBy!: string;
  @IsString() @MaxLength(4000) reason!: string;
  @IsTimestamp() withdrawnAt!: string;
}

/**
 * Why a request failed that did not stand still. `stale`: the change of policy that it asked for was overtaken by another
 * revision. `not-proposed`: no proposal stands behind the change of policy that it asks for.
 */
export const FAILURE_CAUSES = ['stale', 'not-proposed'] as const;
export type FailureCause = (typeof FAILURE_CAUSES)[number];

/** `data` of `request.failed`: an operator gave a stalled request up, or the gate let it through and it could not be done. */
export class RequestFailed {
  @IsUUID() requestId!: string;
  /** The service at which it stalled, or that ended it. */
  @IsString() @MaxLength(200) service!: string;
  @IsString() @MaxLength(4000) reason!: string;
  /** The operator, or the service that ended it. */
  @IsName() givenUpBy!: string;
  @IsTimestamp() failedAt!: string;
  /** Absent where an operator gave it up. */
  @IsOptional() @IsIn(FAILURE_CAUSES) cause?: FailureCause;
}
