import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsSha256 } from '../checks/is-sha256.js';
import { VERDICTS, type Verdict } from '../events/decision.js';

/** Body of `POST /v1/approvals/{requestId}/votes`. */
export class CastVote {
  @IsIn(VERDICTS) verdict!: Verdict;
  @IsOptional() @IsString() @MaxLength(4000) reason?: string;
  /** The hash that the voter saw; a vote on anything else is refused. */
  @IsOptional() @IsSha256() contentHash?: string;
}

/** One approval that waits for, or was decided by, the person who asks (`GET /v1/approvals`). */
export interface ApprovalDocument {
  readonly requestId: string;
  readonly action: string;
  readonly environment: string;
  readonly riskLevel: string;
  readonly requester: string;
  readonly reason: string;
  readonly contentHash: string;
  readonly openedAt: string;
  readonly deadline: string;
  readonly step: number;
  readonly status: 'pending' | 'closed';
  /** What its quorum lacks, for people (`1 of 2, waiting for finance`); absent once it is closed. */
  readonly waitingFor?: string;
}
