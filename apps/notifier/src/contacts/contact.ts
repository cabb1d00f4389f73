import { IsEmail, IsString, IsTimeZone, Matches, MaxLength, MinLength } from 'class-validator';

/** How a person is reached. It lives with the notifier alone and never travels on a topic. */
export class Contact {
  /** For people, in mails and on pages. */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  @Matches(/^[^\p{C}<>"]+$/u, { message: 'name must be plain text without < > "' })
  name!: string;
  @IsEmail() email!: string;
  /** IANA time zone, in which the person reads times. */
  @IsTimeZone() zone!: string;
}
