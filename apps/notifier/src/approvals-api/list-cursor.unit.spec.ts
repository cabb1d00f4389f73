import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cursorOf, placeOf } from './list-cursor.js';

describe('the cursor of the list', () => {
  it('means the place that it was made for', () => {
    fc.assert(
      fc.property(fc.nat(), fc.uuid(), (deadline, requestId) => {
        expect(placeOf(cursorOf({ deadline, requestId }))).toEqual({ deadline, requestId });
      }),
    );
  });

  it.each([
    '',
    'abc',
    '%',
    Buffer.from('12.no-uuid').toString('base64url'),
    Buffer.from("1.'; DROP").toString('base64url'),
  ])('is not %j', (text) => {
    expect(placeOf(text)).toBeUndefined();
  });
});
