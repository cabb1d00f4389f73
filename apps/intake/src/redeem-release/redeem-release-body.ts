import { IsName, IsSha256, type JsonObject, type RequestContent } from '@tollgate/contracts';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, MaxLength, MinLength, ValidateNested } from 'class-validator';

/** What an executor is about to do. */
export class ContentInHand implements RequestContent {
  @IsName() action!: string;
  @IsName() environment!: string;
  @IsObject() target!: JsonObject;
  @IsObject() parameters!: JsonObject;
}

/** Body of `POST /v1/releases/redeem`. */
export class RedeemRelease {
  /** The token of the release. */
  @IsString() @MinLength(1) @MaxLength(100_000) token!: string;
  /** The hash of what is about to be done; SHA-256, hex, over the JCS form of its four members. */
  @IsOptional() @IsSha256() contentHash?: string;
  /** What is about to be done: redeemed only if exactly that was approved. */
  @IsOptional() @ValidateNested() @Type(() => ContentInHand) content?: ContentInHand;
}
