import {
  Decision,
  Guardrail,
  REQUEST_STATUSES,
  RISK_LEVELS,
  VERDICTS,
  RELEASE_STATES,
} from '@tollgate/contracts';
import {
  type AskedPerson,
  type RequestStatus,
  type RequestStatusDocument,
  type ReleaseState,
  type RiskLevel,
  type Verdict,
} from '@tollgate/contracts';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsArray,
  IsIn,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  ValidateNested,
  validateSync,
} from 'class-validator';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';

class Asked implements AskedPerson {
  @IsString() person!: string;
  @IsArray() @IsString({ each: true }) via!: string[];
  @IsOptional() @IsIn(VERDICTS) verdict?: Verdict;
}

class IssuedRelease {
  @IsString() id!: string;
  @IsString() token!: string;
  @IsString() audience!: string;
  @IsIn(RELEASE_STATES) state!: ReleaseState;
  @IsISO8601() expiresAt!: string;
  @IsOptional() @IsISO8601() endedAt?: string;
}

class Stalled {
  @IsString() service!: string;
  @IsString() reason!: string;
}

class StatusAnswer implements RequestStatusDocument {
  @IsUUID() id!: string;
  @IsIn(REQUEST_STATUSES) status!: RequestStatus;
  @IsString() action!: string;
  @IsString() environment!: string;
  @IsIn(RISK_LEVELS) riskLevel!: RiskLevel;
  @IsString() contentHash!: string;
  @IsString() requester!: string;
  @IsISO8601() submittedAt!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Asked) asked!: Asked[];
  @IsOptional() @IsISO8601() deadline?: string;
  @IsOptional() @IsString() explanation?: string;
  @IsOptional() @ValidateNested() @Type(() => Decision) decision?: Decision;
  @IsOptional() @ValidateNested() @Type(() => Guardrail) guardrail?: Guardrail;
  @IsOptional() @ValidateNested() @Type(() => IssuedRelease) release?: IssuedRelease;
  @IsOptional() @ValidateNested() @Type(() => Stalled) stalled?: Stalled;
  @IsObject() links!: { self: string; withdraw?: string };
}

/**
 * Reads a status document of intake.
 * @throws CommandError when it is none; the message names the field
 */
export function parseRequestStatus(body: unknown): RequestStatusDocument {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new CommandError('intake answered something that is no status document', EXIT_CODE.failure);
  }
  const document = plainToInstance(StatusAnswer, body);
  const [fault] = validateSync(document, { stopAtFirstError: true });
  if (fault !== undefined) {
    throw new CommandError(
      `intake answered a status document whose "${fault.property}" is not valid`,
      EXIT_CODE.failure,
    );
  }
  return document;
}
