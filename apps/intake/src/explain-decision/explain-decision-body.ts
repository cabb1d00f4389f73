import { IsName, type JsonObject, RISK_LEVELS, type RiskLevel } from '@tollgate/contracts';
import { ArrayMaxSize, IsArray, IsIn, IsObject, IsOptional } from 'class-validator';

/** Body of `POST /v1/policy/explain`. */
export class ExplainDecision {
  @IsName() action!: string;
  @IsName() environment!: string;
  @IsIn(RISK_LEVELS) riskLevel!: RiskLevel;
  /** Who would ask; the credential's producer unless told. */
  @IsOptional() @IsName() requester?: string;
  @IsOptional() @IsObject() target?: JsonObject;
  @IsOptional() @IsObject() parameters?: JsonObject;
  /** Persons for whom they would ask. */
  @IsOptional() @IsArray() @ArrayMaxSize(50) @IsName({ each: true }) onBehalfOf?: string[];
}
