import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { RISK_LEVELS, type RiskLevel } from '../events/request.js';
import { type JsonObject } from '../json.js';

/** That a person breaks the glass: their own token comes in the header `Tollgate-Person`. */
export class SubmitBreakGlass {
  /** Why it cannot wait, for those who would have been asked and those who review it. */
  @IsString()
  @MaxLength(4000)
  @Matches(/\S/, { message: '$property must say why it cannot wait' })
  justification!: string;
}

/** Body of `POST /v1/requests`, and `data` of an event on an inbound topic. Unknown fields are refused at both doors. */
export class SubmitRequest {
  @IsName() action!: string;
  @IsName() environment!: string;
  /** As claimed; policy may raise it. */
  @IsIn(RISK_LEVELS) riskLevel!: RiskLevel;
  @IsOptional() @IsObject() target?: JsonObject;
  @IsOptional() @IsObject() parameters?: JsonObject;
  /** Why, for the people who decide. */
  @IsString() @MaxLength(4000) reason!: string;
  /** Persons the requester acts for; it only ever excludes them from deciding. */
  @IsOptional() @IsArray() @ArrayMaxSize(50) @IsName({ each: true }) onBehalfOf?: string[];
  @IsOptional() @IsTimestamp() expiresAt?: string;
  /** Asks not to wait for people; by HTTP only. Who may not is asked for as without it. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => SubmitBreakGlass) breakGlass?: SubmitBreakGlass;
}
