import { IsOptional, IsString, MaxLength } from 'class-validator';

/** Body of `POST /v1/releases/{id}/revoke`; it may be left out. */
export class RevokeRelease {
  /** Why, for the record. */
  @IsOptional() @IsString() @MaxLength(4000) reason?: string;
}
