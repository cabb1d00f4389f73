import { ArrayMaxSize, IsArray, IsIn, IsISO8601, IsObject, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { NAME_PATTERN, RISK_LEVELS, type RiskLevel } from '../events/request.js';
import { type JsonObject } from '../json.js';

/** Body of `POST /v1/requests`, and `data` of an event on an inbound topic. Unknown fields are refused at both doors. */
export class SubmitRequest {
  @IsString() @Matches(NAME_PATTERN) action!: string;
  @IsString() @Matches(NAME_PATTERN) environment!: string;
  /** As claimed; policy may raise it. */
  @IsIn(RISK_LEVELS) riskLevel!: RiskLevel;
  @IsOptional() @IsObject() target?: JsonObject;
  @IsOptional() @IsObject() parameters?: JsonObject;
  /** Why, for the people who decide. */
  @IsString() @MaxLength(4000) reason!: string;
  /** Persons the requester acts for; it only ever excludes them from deciding. */
  @IsOptional() @IsArray() @ArrayMaxSize(50) @IsString({ each: true }) @Matches(NAME_PATTERN, { each: true }) onBehalfOf?: string[];
  @IsOptional() @IsISO8601({ strict: true }) expiresAt?: string;
}
