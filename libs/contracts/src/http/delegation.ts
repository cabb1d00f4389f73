import { IsOptional, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { type DelegationDeclared } from '../events/delegation-declared.js';

/** Body of `POST /v1/delegations`: who votes for the caller, from when until when, or on which request. */
export class DeclareDelegation {
  @IsName() to!: string;
  /** From now on unless told. */
  @IsOptional() @IsTimestamp() startsAt?: string;
  /** Needed unless it is for one request. */
  @IsOptional() @IsTimestamp() endsAt?: string;
  @IsOptional() @IsUUID() requestId?: string;
  @IsOptional() @IsString() @MaxLength(1000) reason?: string;
}

/** Body of `POST /v1/approvals/{requestId}/reassign`, for operators. */
export class ReassignApproval {
  /** Who is asked. */
  @IsName() from!: string;
  /** Who may answer for them from now on. */
  @IsName() to!: string;
  @IsString() @MinLength(1) @MaxLength(1000) reason!: string;
}

/** A delegation as the API shows it. */
export interface DelegationDocument extends DelegationDeclared {
  /** `ahead`: not begun; `in-force`; `ended` by its time; `revoked`, or ended as somebody left. */
  readonly state: 'ahead' | 'in-force' | 'ended' | 'revoked';
}
