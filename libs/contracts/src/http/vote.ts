import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsSha256 } from '../checks/is-sha256.js';
import { type QuestionDocument } from './question.js';
import { type Override } from '../events/decision.js';
import { type PreflightResult, type SignIn, type Verdict, VERDICTS } from '../events/route.js';

/** Body of `POST /v1/approvals/{requestId}/votes`. */
export class CastVote {
  @IsIn(VERDICTS) verdict!: Verdict;
  @IsOptional() @IsString() @MaxLength(4000) reason?: string;
  /** The hash that the voter saw; a vote on anything else is refused. */
  @IsOptional() @IsSha256() contentHash?: string;
  /** For whom, where the voter stands for somebody by a delegation; unless given, for themselves where they are asked. */
  @IsOptional() @IsName() onBehalfOf?: string;
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
  /** How surely a voter must be known. */
  readonly signIn: SignIn;
  /** What its quorum lacks, for people (`1 of 2, waiting for finance`); absent once it is closed. */
  readonly waitingFor?: string;
  /** Until when the clock stands at most, as a question waits for its answer; absent where it runs. */
  readonly pausedUntil?: string;
  /** What guardrails say beforehand; absent where they say nothing. */
  readonly preflight?: readonly PreflightResult[];
  /** Which guardrails were overridden, by whom and why; in the list, and where one is the news. */
  readonly overrides?: readonly Override[];
  /** What approvers asked the requester; in the list, and where a question or an answer is the news. */
  readonly questions?: readonly QuestionDocument[];
}
