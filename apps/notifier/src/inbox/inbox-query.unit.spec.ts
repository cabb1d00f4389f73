import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { INBOX_LISTS, inboxPath, readInboxQuery } from './inbox-query.js';

const queryOf = (path: string): Record<string, string> =>
  Object.fromEntries(new URL(path, 'http://own.invalid').searchParams);

describe('the address of an inbox page', () => {
  it('is read as what it was made of', () => {
    const text = fc.stringMatching(/^[A-Za-z0-9äß_.&=%+# -]{0,20}[a-z]$/).map((some) => some.trim());
    fc.assert(
      fc.property(
        fc.constantFrom(...INBOX_LISTS),
        fc.record(
          {
            action: text,
            environment: text,
            risk: fc.constantFrom('low' as const, 'critical' as const),
            requester: text,
          },
          { requiredKeys: [] },
        ),
        fc.option(fc.record({ deadline: fc.nat(), requestId: fc.uuid() }), { nil: undefined }),
        (list, filter, after) => {
          expect(readInboxQuery(queryOf(inboxPath(list, filter, after)))).toEqual({
            list,
            filter,
            ...(after === undefined ? {} : { after }),
            faults: [],
          });
        },
      ),
    );
  });

  it('is short where nothing is asked for', () => {
    expect(inboxPath('mine')).toBe('/inbox');
    expect(inboxPath('decided', { risk: 'low' })).toBe('/inbox?list=decided&risk=low');
  });
});

describe('a query that cannot be meant', () => {
  it.each([
    ['a list that there is not', { list: 'everything' }, 'The list'],
    ['a risk that there is not', { risk: 'terrible' }, 'The risk'],
    ['a cursor that is none', { after: 'x' }, 'The page'],
    [
      'a cursor beyond all time',
      {
        after: Buffer.from(`9999999999999999.${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`).toString(
          'base64url',
        ),
      },
      'The page',
    ],
    ['a text without an end', { action: 'x'.repeat(201) }, 'The action'],
    ['a NUL', { requester: 'a\0b' }, 'The requester'],
    ['a lone surrogate', { environment: '\uD800' }, 'The environment'],
  ])('with %s is read without it, and says so', (_what, query, named) => {
    expect(readInboxQuery(query)).toEqual({
      list: 'mine',
      filter: {},
      faults: [`${named} could not be read and was left out.`],
    });
  });

  it.each([undefined, null, 'text', [], { action: ['a', 'b'] }, { action: '   ' }])(
    'like %j is one for everything',
    (query) => {
      expect(readInboxQuery(query)).toEqual({ list: 'mine', filter: {}, faults: [] });
    },
  );
});
