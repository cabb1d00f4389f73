import { IsInt, IsObject, IsUUID, Min } from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsSha256 } from '../checks/is-sha256.js';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { type JsonObject } from '../json.js';

/** `data` of `policy.proposed`: the draft of a revision, whole. It rules only once its request is released. */
export class PolicyProposed {
  /** SHA-256, hex, over the JCS form of `{ policy, directory }`. */
  @IsSha256() documentHash!: string;
  /** The policy document. libs/policy knows its shape. */
  @IsObject() policy!: JsonObject;
  /** The directory document. libs/policy knows its shape. */
  @IsObject() directory!: JsonObject;
  /** The revision that it is meant to follow; once another one rules, it is stale. */
  @IsInt() @Min(1) basedOn!: number;
  /** The producer whose credential brought it. */
  @IsName() proposedBy!: string;
  /** The request that asks for it. */
  @IsUUID() requestId!: string;
  @IsTimestamp() proposedAt!: string;
}
