import { describe, expect, it } from '@jest/globals';
import { parseProblem, problemText } from './problem.js';

describe('a refusal', () => {
  it('tells what is wrong, and each fault with its place', () => {
    const body = JSON.stringify({
      type: 'https://tollgate.dev/problems/invalid',
      title: 'The input does not fit',
      status: 422,
      detail: 'see errors',
      errors: [
        { pointer: '/riskLevel', detail: 'must be one of low, medium, high, critical' },
        { pointer: '', detail: 'must be a JSON object' },
      ],
    });
    expect(problemText(parseProblem(422, body)).split('\n')).toEqual([
      'The input does not fit: see errors (HTTP 422)',
      '  /riskLevel must be one of low, medium, high, critical',
      '  the whole body must be a JSON object',
    ]);
  });

  it.each(['', '<html>', '[]', '"no"', 'null', '{"title":3,"errors":"no"}'])(
    'is told by its status where the body is %j',
    (body) => {
      expect(problemText(parseProblem(502, body))).toBe('The service refused (HTTP 502)');
    },
  );

  it('cannot steer the terminal', () => {
    const text = problemText(
      parseProblem(
        400,
        JSON.stringify({ title: 'a\u001b[2J', errors: [{ pointer: '/\u202e', detail: '\u0007' }] }),
      ),
    );
    expect(text).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u);
  });
});
