import { IsBoolean, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

/** Body of `PUT /v1/producers/{name}/webhook`. */
export class SetProducerWebhook {
  /** https, at a public address, without user, password and fragment. */
  @IsString() @MinLength(1) @MaxLength(2_000) url!: string;
  /** Whether it is told on the way as well, and not of the end alone. `false` where it is not given. */
  @IsOptional() @IsBoolean() changes?: boolean;
}
