import { IsString, MaxLength, MinLength } from 'class-validator';

/** Body of `POST /v1/requests/{id}/give-up`. */
export class GiveUpBody {
  /** Why, for the record. */
  @IsString() @MinLength(1) @MaxLength(4000) reason!: string;
}
