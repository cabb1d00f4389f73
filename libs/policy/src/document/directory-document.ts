import { IsName, WorkingWeek } from '@tollgate/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsObject,
  IsOptional,
  IsString,
  Matches,
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

/** Working hours: the days and hours in which the clock of a checkpoint runs. */
export class Calendar {
  /** IANA time zone, like `Europe/Berlin`. */
  @IsString() @MaxLength(100) zone!: string;
  /** By day: from and until (`09:00/17:00`), in order; a day that is not named is off. */
  @ValidateNested() @Type(() => WorkingWeek) week!: WorkingWeek;
  /** Days off whatever the week says, ISO 8601 (`2026-12-25`). */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(400)
  @IsString({ each: true })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { each: true, message: '$property must be dates like 2026-12-25' })
  holidays?: string[];
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
  /** By name. */
  @IsOptional() @IsObject() calendars?: Record<string, Calendar>;
}
