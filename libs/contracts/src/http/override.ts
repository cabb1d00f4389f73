import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsSha256 } from '../checks/is-sha256.js';

/** The body of `POST /v1/approvals/{requestId}/overrides`. */
export class OverrideGuardrail {
  /** The id of the guardrail. */
  @IsName() guardrail!: string;
  /** Why it may go on all the same; on record for ever. */
  @IsString() @MinLength(1) @MaxLength(4000) justification!: string;
  /** The content hash of what was looked at; another one is refused. */
  @IsOptional() @IsSha256() contentHash?: string;
}
