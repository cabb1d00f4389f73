import { NAME_PATTERN } from '@tollgate/contracts';
import { IsString, Matches, MaxLength, MinLength } from 'class-validator';

/** Body of `POST /v1/policy/deactivate`. */
export class DeactivatePerson {
  /** A person of the ruling directory. */
  @IsString() @Matches(NAME_PATTERN) person!: string;
  /** Why, for the record. */
  @IsString() @MinLength(1) @MaxLength(4000) reason!: string;
}
