import { IsOptional, IsString, MaxLength } from 'class-validator';

/** Body of `POST /v1/requests/{id}/withdraw`; it may be left out. */
export class WithdrawBody {
  /** Why, for the people who were asked. */
  @IsOptional() @IsString() @MaxLength(4000) reason?: string;
}
