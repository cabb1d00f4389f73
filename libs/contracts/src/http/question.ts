import { IsString, MaxLength, MinLength } from 'class-validator';

/** The most questions on a request: so its clock cannot be held for ever. */
export const MAX_QUESTIONS = 5;

/** Body of `POST /v1/approvals/{requestId}/questions`. */
export class AskQuestion {
  @IsString() @MinLength(1) @MaxLength(4000) text!: string;
}

/** A question on a request, and its answer where there is one. */
export interface QuestionDocument {
  readonly number: number;
  readonly askedBy: string;
  /** Who is to answer. */
  readonly askedOf: string;
  readonly question: string;
  readonly askedAt: string;
  /** Until when the clock stands for it at most; absent where it goes on. */
  readonly pausedUntil?: string;
  readonly answeredBy?: string;
  readonly answer?: string;
  readonly answeredAt?: string;
}
