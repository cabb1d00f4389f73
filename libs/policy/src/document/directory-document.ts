import { IsName } from '@tollgate/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';

/** How a person is known to an issuer of tokens (OpenID Connect `iss` and `sub`). */
export class Identity {
  @IsString() @MinLength(1) @MaxLength(500) issuer!: string;
  @IsString() @MinLength(1) @MaxLength(500) subject!: string;
}

/** A person, by id; the name and the mail address are kept elsewhere. */
export class Person {
  /** Somebody who is not active neither decides nor signs in. */
  @IsBoolean() active!: boolean;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => Identity)
  identities?: Identity[];
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @IsName({ each: true })
  roles?: string[];
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @IsName({ each: true })
  groups?: string[];
}

/** The directory file: people, and the roles and groups that they may have. */
export class DirectoryDocument {
  /** Every role that a person or a line of the matrix may name. */
  @IsArray()
  @ArrayMaxSize(10_000)
  @IsName({ each: true })
  roles!: string[];
  /** Every group that a person or a line of the matrix may name. */
  @IsArray()
  @ArrayMaxSize(10_000)
  @IsName({ each: true })
  groups!: string[];
  /** By id. */
  @IsObject() people!: Record<string, Person>;
}
