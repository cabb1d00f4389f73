import { IsIn, IsInt, IsObject, Min } from 'class-validator';
import { IsSha256 } from '../checks/is-sha256.js';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { type JsonObject } from '../json.js';

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
  /** How it came to rule. */
  @IsIn(['first-start', 'release', 'recovery']) origin!: 'first-start' | 'release' | 'recovery';
  @IsTimestamp() publishedAt!: string;
}
