import { Type } from 'class-transformer';
import { IsString, IsUUID, MaxLength, ValidateNested } from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsSha256 } from '../checks/is-sha256.js';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { Guardrail, GuardrailEvaluated } from './guardrail.js';

/** The permission to act: once, exactly what was approved. */
export class Release {
  @IsUUID() id!: string;
  /** Compact JWS (RFC 7515), Ed25519. It names the approving people, of whom a step may have 200. */
  @IsString() @MaxLength(100_000) token!: string;
  /** Who may redeem it: `<producer>`, or `<producer>/<executor>` where the policy says so. */
  @IsString() @MaxLength(200) audience!: string;
  @IsTimestamp() expiresAt!: string;
  @IsTimestamp() releasedAt!: string;
}

/** `data` of `action.released`; only for what passed. */
export class ActionReleased extends GuardrailEvaluated {
  @ValidateNested() @Type(() => Release) release!: Release;
}

/** What every event about the end of a release says. */
class ReleaseEnded {
  @IsUUID() requestId!: string;
  @IsUUID() releaseId!: string;
  /** Whose release it was. */
  @IsString() @MaxLength(200) audience!: string;
}

/** `data` of `release.redeemed`: the release was used, and never will be again. */
export class ReleaseRedeemed extends ReleaseEnded {
  /** The credential that redeemed it: the audience. */
  @IsName() redeemedBy!: string;
  /** By the clock of the database; before `expiresAt` of the release. */
  @IsTimestamp() redeemedAt!: string;
  /** Of what was approved; SHA-256, hex. */
  @IsSha256() contentHash!: string;
  /** What the guardrails said at that moment, by the revision that ruled then. */
  @ValidateNested() @Type(() => Guardrail) guardrail!: Guardrail;
}

/** `data` of `release.revoked`: the release was taken back before anybody used it, and never will be used. */
export class ReleaseRevoked extends ReleaseEnded {
  /** The credential that revoked it: a producer, its executor, or an operator. */
  @IsName() revokedBy!: string;
  @IsString() @MaxLength(4000) reason!: string;
  /** By the clock of the database. */
  @IsTimestamp() revokedAt!: string;
}
