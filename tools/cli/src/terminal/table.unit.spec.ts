import { expect, it } from '@jest/globals';
import { table } from './table.js';

it('a table aligns its columns', () => {
  const columns = [
    ['topic', 'left'],
    ['records', 'right'],
  ] as const;
  expect(
    table(columns, [
      ['request.submitted', '7'],
      ['vote.cast', '1200'],
    ]),
  ).toEqual(['topic              records', 'request.submitted        7', 'vote.cast             1200']);
});
