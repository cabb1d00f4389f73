import { PRODUCER_NAME } from '@tollgate/contracts';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, IsString, IsUUID, Matches } from 'class-validator';

/** Messages that one call names, at most. */
export const MAX_RETRIED = 200;

/** Body of `POST /v1/webhooks/retry`: requests, or a producer. */
export class RetryWebhooks {
  /** Requests whose messages were given up. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RETRIED)
  @IsUUID('all', { each: true })
  requestIds?: string[];
  /** All of this producer's that were given up. */
  @IsOptional()
  @IsString()
  @Matches(PRODUCER_NAME, { message: 'producer must be a name of a producer' })
  producer?: string;
}
