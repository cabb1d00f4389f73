import { IsIn, IsInt, IsOptional, IsString, IsUUID, MaxLength, Min, MinLength } from 'class-validator';
import { IsName } from '../checks/is-name.js';
import { IsTimestamp } from '../checks/is-timestamp.js';
import { type Authentication, AUTHENTICATIONS } from './decision.js';

/** `data` of `question.asked`: an approver wants to know something before they decide. It decides nothing. */
export class QuestionAsked {
  @IsUUID() requestId!: string;
  /** The how-manieth question on the request, from 1. */
  @IsInt() @Min(1) number!: number;
  /** Index of the plan's step in which it was asked, from 0. */
  @IsInt() @Min(0) step!: number;
  /** The approver, or delegate, who asks. */
  @IsName() askedBy!: string;
  /** Who is to answer: the requester, or the owner where the requester cannot be reached. */
  @IsName() askedOf!: string;
  @IsString() @MinLength(1) @MaxLength(4000) text!: string;
  @IsTimestamp() askedAt!: string;
  /** How the asking person was known to be who they are. */
  @IsIn(AUTHENTICATIONS) authentication!: Authentication;
  /** Until when the clock stands for it unless it is answered before; absent where it goes on. */
  @IsOptional() @IsTimestamp() pausedUntil?: string;
  /** When the silence of the step takes effect by now. */
  @IsTimestamp() deadline!: string;
}

/** `data` of `question.answered`; there is one answer to a question. It decides nothing. */
export class QuestionAnswered {
  @IsUUID() requestId!: string;
  /** Of the question, from 1. */
  @IsInt() @Min(1) number!: number;
  /** Index of the plan's step in which it was answered, from 0. */
  @IsInt() @Min(0) step!: number;
  @IsName() answeredBy!: string;
  @IsString() @MinLength(1) @MaxLength(4000) text!: string;
  @IsTimestamp() answeredAt!: string;
  /** How the answering person was known to be who they are. */
  @IsIn(AUTHENTICATIONS) authentication!: Authentication;
  /** When the silence of the step takes effect by now. */
  @IsTimestamp() deadline!: string;
}
