import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from '@tollgate/runtime';
import { EXAMPLE_ID } from '../testing/example.js';
import { cursorText, listQuery } from './list-query.js';

const faultsOf = (query: object): string[] => {
  try {
    listQuery(query);
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.status).toBe(400);
    return (error.details.faults ?? []).map(({ pointer }) => pointer);
  }
};

describe('the query of the list', () => {
  it('lists fifty of everything unless told', () => expect(listQuery({})).toEqual({ limit: 50 }));

  it('filters', () => {
    const query = { status: 'denied', action: 'a', environment: 'e', requester: 'r' };
    expect(listQuery({ ...query, limit: '200' })).toEqual({ ...query, limit: 200 });
  });

  it('goes on from where a page ended', () => {
    const times = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(times, fc.uuid(), (time, id) => {
        const after = { submittedAt: time.toISOString(), id };
        expect(listQuery({ cursor: cursorText(after) }).after).toEqual(after);
      }),
    );
  });

  it.each([
    [{ status: 'nice' }, ['/status']],
    [{ limit: '0' }, ['/limit']],
    [{ limit: '201' }, ['/limit']],
    [{ limit: '1e2' }, ['/limit']],
    [{ color: 'red' }, ['/color']],
    [{ action: ['a', 'b'] }, ['/action']],
    [{ requester: 'a\0' }, ['/requester']],
    [{ cursor: 'nonsense' }, ['/cursor']],
    [{ cursor: cursorText({ submittedAt: '2026-01-01T00:00:00.000Z', id: 'x' }) }, ['/cursor']],
    [{ cursor: cursorText({ submittedAt: 'yesterday', id: EXAMPLE_ID }) }, ['/cursor']],
    [{ cursor: `${cursorText({ submittedAt: '2026-01-01T00:00:00.000Z', id: EXAMPLE_ID })}=` }, ['/cursor']],
    [{ status: 'nice', limit: 'x' }, ['/status', '/limit']],
  ])('refuses %j', (query, pointers) => expect(faultsOf(query)).toEqual(pointers));
});
