import { type JsonObject } from '@tollgate/contracts';
import { IsInt, IsObject, IsOptional, IsString, MaxLength, Min, MinLength } from 'class-validator';

/** Body of `POST /v1/policy`. */
export class ProposePolicy {
  /** The policy document, whole. */
  @IsObject() policy!: JsonObject;
  /** The directory document, whole. */
  @IsObject() directory!: JsonObject;
  /** Why, for the people who decide. */
  @IsString() @MaxLength(4000) reason!: string;
  /** The revision that the change was made on; the ruling one unless told. */
  @IsOptional() @IsInt() @Min(1) basedOn?: number;
}

/** Body of `POST /v1/policy/recover`. */
export class RecoverPolicy {
  /** The policy document, whole. */
  @IsObject() policy!: JsonObject;
  /** The directory document, whole. */
  @IsObject() directory!: JsonObject;
  /** Why nobody was asked, for the record. */
  @IsString() @MinLength(1) @MaxLength(4000) justification!: string;
}
