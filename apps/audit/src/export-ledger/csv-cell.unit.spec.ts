import { expect, it } from '@jest/globals';
import { csvRow } from './csv-cell.js';

it.each([
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\t=1', `"'\t=1"`],
  [' =1', `"' =1"`],
  ['|calc', `"'|calc"`],
  ['plain', '"plain"'],
  ['a "quoted", one\nof two lines', '"a ""quoted"", one\nof two lines"'],
  ['', '""'],
])('writes %j as %s', (text, cell) => {
  expect(csvRow([text])).toBe(`${cell}\r\n`);
});

it('keeps numbers and what is not there as they are', () => {
  expect(csvRow([-1, null, 2])).toBe('-1,,2\r\n');
});
