import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { type Authentication, AUTHENTICATIONS } from './decision.js';

/** Who declared a delegation: the person who is stood for, or an operator, who thereby reassigns one request. */
export const DECLARED_AS = ['person', 'operator'] as const;
export type DeclaredAs = (typeof DECLARED_AS)[number];

/**
 * `data` of `delegation.declared`: `to` may vote for `from`, for a time or for one request. A revocation is a later record
 * of the same key that says everything again.
 */
export class DelegationDeclared {
  @IsUUID() id!: string;
  /** The person who is stood for. */
  @IsName() from!: string;
  /** The person who stands for them, the delegate. */
  @IsName() to!: string;
  /** A vote from this instant on may be for `from`. */
  @IsTimestamp() startsAt!: string;
  /** A vote from this instant on may not; absent where it ends with its request. */
  @IsOptional() @IsTimestamp() endsAt?: string;
  /** The one request that it is for; absent where it is for all of its time, an absence. */
  @IsOptional() @IsUUID() requestId?: string;
  /** For people, and for the record. */
  @IsString() @MaxLength(1000) reason!: string;
  /** A person id, or the name of an operator's credential. */
  @IsName() declaredBy!: string;
  @IsIn(DECLARED_AS) declaredAs!: DeclaredAs;
  /** How the declaring person was known to be who they are. */
  @IsOptional() @IsIn(AUTHENTICATIONS) authentication?: Authentication;
  @IsTimestamp() declaredAt!: string;
  /** A vote from this instant on may not be for `from` any more; what was said before stays said. */
  @IsOptional() @IsTimestamp() revokedAt?: string;
  /** A person id; absent where nobody revoked it, but one of both is not active any more. */
  @IsOptional() @IsName() revokedBy?: string;
  /** Why it ended before its time, for people. */
  @IsOptional() @IsString() @MaxLength(300) revokedWhy?: string;
}
