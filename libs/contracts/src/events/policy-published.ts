import { IsIn, IsInt, IsISO8601, IsObject, Matches, Min } from 'class-validator';
import { type JsonObject } from '../json.js';

/** `data` of `policy.published`: one revision of the policy and the directory, whole. */
export class PolicyPublished {
  /** 1, 2, 3, …; the highest rules. */
  @IsInt() @Min(1) revision!: number;
  /** SHA-256, hex, over the JCS form of `{ policy, directory }`. */
  @Matches(/^[0-9a-f]{64}$/) documentHash!: string;
  /** The policy document: boundary matrix, checkpoints, guardrails. libs/policy knows its shape. */
  @IsObject() policy!: JsonObject;
  /** The directory document: people, roles, groups. libs/policy knows its shape. */
  @IsObject() directory!: JsonObject;
  /** How it came to rule. */
  @IsIn(['first-start', 'release', 'recovery']) origin!: 'first-start' | 'release' | 'recovery';
  @IsISO8601({ strict: true }) publishedAt!: string;
}
