import { Type } from 'class-transformer';
import { IsString, IsUUID, MaxLength, ValidateNested } from 'class-validator';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { GuardrailEvaluated } from './guardrail.js';

/** The permission to act: once, exactly what was approved. */
export class Release {
  @IsUUID() id!: string;
  /** Compact JWS (RFC 7515), Ed25519. */
  @IsString() @MaxLength(20_000) token!: string;
  /** Who may redeem it. */
  @IsString() @MaxLength(200) audience!: string;
  @IsTimestamp() expiresAt!: string;
  @IsTimestamp() releasedAt!: string;
}

/** `data` of `action.released`; only for what passed. */
export class ActionReleased extends GuardrailEvaluated {
  @ValidateNested() @Type(() => Release) release!: Release;
}
