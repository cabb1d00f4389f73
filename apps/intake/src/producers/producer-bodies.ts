import { NAME_PATTERN, PRODUCER_NAME } from '@tollgate/contracts';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Matches } from 'class-validator';
import { SCOPES, type Scope } from '../credentials/credential.js';

/** Body of `POST /v1/producers`. */
export class RegisterProducer {
  /** Lower case letters, digits, dashes; 2 to 60 characters. */
  @IsString()
  @Matches(PRODUCER_NAME, {
    message: 'name must be 2 to 60 lower-case letters, digits or dashes, a letter first',
  })
  name!: string;
  /** The person of the directory who answers for it, and who never decides on its requests. */
  @IsString() @Matches(NAME_PATTERN) owner!: string;
}

/** Body of `POST /v1/producers/{name}/keys`; it may be left out. */
export class CreateKey {
  /** What the key opens beyond the producer's own requests; nothing unless told. */
  @IsOptional() @IsArray() @ArrayMaxSize(SCOPES.length) @IsIn(SCOPES, { each: true }) scopes?: Scope[];
  /**
   * The executor of the producer that gets the key: what it redeems are the releases whose audience is
   * `<producer>/<executor>`. Its scopes are `releases:redeem` unless told, and at most requests:read, releases:redeem and
   * releases:revoke.
   */
  @IsOptional()
  @IsString()
  @Matches(PRODUCER_NAME, {
    message: 'executor must be 2 to 60 lower-case letters, digits or dashes, a letter first',
  })
  executor?: string;
}
