import { describe, expect, it } from '@jest/globals';
import { NotFoundException } from '@nestjs/common';
import { invalid, Problem } from './problem.js';
import { problemOf } from './problem-filter.js';

describe('problemOf', () => {
  it('keeps a problem as it is', () => {
    const problem = invalid([{ pointer: '/action', detail: 'must be a string' }]);
    expect(problemOf(problem)).toBe(problem);
    expect(problem.toDocument()).toEqual({
      type: 'https://tollgate.dev/problems/invalid',
      title: 'The input does not fit',
      status: 422,
      detail: 'The input does not fit; see errors.',
      errors: [{ pointer: '/action', detail: 'must be a string' }],
    });
  });

  it.each([
    [new NotFoundException('Cannot GET /nowhere'), 404, 'not-found'],
    [Object.assign(new Error('Request body is too large'), { statusCode: 413 }), 413, 'too-large'],
    [Object.assign(new Error('Unsupported Media Type'), { statusCode: 415 }), 415, 'unsupported-media-type'],
    [Object.assign(new Error('Connection terminated unexpectedly')), 503, 'unavailable'],
    [Object.assign(new Error('deadlock'), { code: '40P01' }), 503, 'unavailable'],
  ])('words %s for the caller', (error, status, slug) => {
    expect(problemOf(error)).toMatchObject({ status, slug });
  });

  it('says nothing of an unforeseen error', () => {
    const problem = problemOf(new Error('password=hunter2 did not work'));
    expect(problem).toBeInstanceOf(Problem);
    expect(problem.status).toBe(500);
    expect(JSON.stringify(problem.toDocument())).not.toContain('hunter2');
  });
});
