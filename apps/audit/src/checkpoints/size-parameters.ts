import { doorCheck } from '@tollgate/contracts';
import { Matches } from 'class-validator';
import { badParameters } from '../query-ledger/event-query.js';

const SIZE = /^(?:0|[1-9]\d{0,15})$/;
const MESSAGE = 'must be a number of records, such as 1200';

class SizeParameters {
  @Matches(SIZE, { message: `from ${MESSAGE}` }) from!: string;
  @Matches(SIZE, { message: `to ${MESSAGE}` }) to!: string;
}

const check = doorCheck(SizeParameters);

/**
 * Reads the sizes of two trees.
 * @throws Problem 400 for anything else, or when the first is the larger one
 */
export function sizeParameters(parameters: unknown): { readonly from: number; readonly to: number } {
  const checked = check(parameters);
  if (!checked.ok) throw badParameters(checked.faults);
  const { from, to } = { from: Number(checked.value.from), to: Number(checked.value.to) };
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from > to)
    throw badParameters([{ pointer: '/to', detail: 'must not be smaller than from' }]);
  return { from, to };
}
