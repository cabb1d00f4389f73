import { type JsonValue } from '@tollgate/contracts';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';
import { isJsonObject } from './is-json-object.js';

/** A list, or one page of it. */
export interface AnsweredList {
  readonly items: readonly JsonValue[];
  /** The cursor of the page after it; absent on the last one. */
  readonly next?: string;
}

/**
 * What intake answered where a list was asked for.
 * @throws CommandError where it is none
 */
export function answeredList(answer: unknown): AnsweredList {
  if (!isJsonObject(answer) || !Array.isArray(answer['items']))
    throw new CommandError('intake answered something that is no list', EXIT_CODE.failure);
  const { items, next } = answer;
  return typeof next === 'string' ? { items, next } : { items };
}
