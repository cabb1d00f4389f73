import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  Min,
} from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsSha256 } from '../checks/is-sha256.js';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { type JsonObject } from '../json.js';

/**
 * How a revision came to rule. `first-start`: from the files. `approved`: proposed, and released like any other request.
 * `deactivation`: an operator deactivated a person. `recovery`: an operator published it without approval. `release` is
 * not written any more.
 */
export const POLICY_ORIGINS = ['first-start', 'release', 'recovery', 'approved', 'deactivation'] as const;
export type PolicyOrigin = (typeof POLICY_ORIGINS)[number];

/** `data` of `policy.published`: one revision of the policy and the directory, whole. */
export class PolicyPublished {
  /** 1, 2, 3, …; the highest rules. */
  @IsInt() @Min(1) revision!: number;
  /** SHA-256, hex, over the JCS form of `{ policy, directory }`. */
  @IsSha256() documentHash!: string;
  /** The policy document: boundary matrix, checkpoints, guardrails. libs/policy knows its shape. */
  @IsObject() policy!: JsonObject;
  /** The directory document: people, roles, groups. libs/policy knows its shape. */
  @IsObject() directory!: JsonObject;
  @IsIn(POLICY_ORIGINS) origin!: PolicyOrigin;
  @IsTimestamp() publishedAt!: string;
  /** The request that asked for it; of an approved one. */
  @IsOptional() @IsUUID() requestId?: string;
  /** The persons whose approvals counted; of an approved one. */
  @IsOptional() @IsArray() @ArrayMaxSize(1000) @IsName({ each: true }) approvedBy?: string[];
  /** Who published it without approval: the name of an operator's credential. */
  @IsOptional() @IsName() operator?: string;
  /** Why the operator did. */
  @IsOptional() @IsString() @MaxLength(4000) justification?: string;
  /** The person who was deactivated; of a deactivation. */
  @IsOptional() @IsName() deactivated?: string;
}
