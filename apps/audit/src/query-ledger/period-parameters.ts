import { doorCheck } from '@tollgate/contracts';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { badParameters, type EventFilter, eventFilter, ZONED, ZONED_MESSAGE } from './event-query.js';

/** How an answer about a period is written. */
export const ANSWER_FORMATS = ['json', 'csv'] as const;
export type AnswerFormat = (typeof ANSWER_FORMATS)[number];

class PeriodParameters {
  @IsOptional() @Matches(ZONED, { message: `from ${ZONED_MESSAGE}` }) from?: string;
  @IsOptional() @Matches(ZONED, { message: `to ${ZONED_MESSAGE}` }) to?: string;
  @IsOptional() @IsIn(ANSWER_FORMATS) format?: AnswerFormat;
}

const check = doorCheck(PeriodParameters);

/** A period of arrivals, and how the answer about it is written. */
export interface PeriodQuery {
  readonly period: Pick<EventFilter, 'from' | 'to'>;
  readonly format: AnswerFormat;
}

/**
 * Reads `from`, `to` and `format`.
 * @throws Problem 400 that names each parameter that does not fit, or is not known
 */
export function periodQuery(parameters: unknown): PeriodQuery {
  const checked = check(parameters);
  if (!checked.ok) throw badParameters(checked.faults);
  const { format = 'json', from, to } = checked.value;
  const period = eventFilter({ from, to });
  return { period: { from: period.from, to: period.to }, format };
}
