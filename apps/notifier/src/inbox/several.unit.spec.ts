import { describe, expect, it } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { aFile, aStep } from '../testing/routes.js';
import { anApproval, OPENED_AT } from '../testing/votes.js';
import { idsAmong, readShown, severalOf, shownHash, shownText, valuesOf } from './several.js';

const waiting = (
  route: Parameters<typeof aFile>[0] = {},
  given: Parameters<typeof anApproval>[0] = {},
  request: Parameters<typeof aFile>[1] = {},
) => ({ approval: anApproval({ file: aFile(route, request), ...given }), votes: [], now: OPENED_AT });
const idOf = ({ approval }: ReturnType<typeof waiting>): string => approval.requestId;
const sorted = (...found: ReturnType<typeof waiting>[]) =>
  severalOf(found.map(idOf), found, 'erin', new Map());

describe('what somebody selected', () => {
  it('is one group where it is alike, in the order of the selection, each with what it showed', () => {
    const [one, two] = [waiting(), waiting()];
    const { groups, leftOut } = sorted(two, one);
    expect(leftOut).toEqual([]);
    expect(groups.map(({ items }) => items.map(({ shown }) => shown))).toEqual([
      [two, one].map((each) => ({
        requestId: idOf(each),
        step: 0,
        contentHash: each.approval.file.request.contentHash,
      })),
    ]);
  });

  it('is several groups where it is not', () => {
    expect(
      sorted(waiting(), waiting({ rule: 'another' }), waiting()).groups.map(({ items }) => items.length),
    ).toEqual([2, 1]);
  });

  it.each([
    ['another person’s', waiting({ plan: [aStep(['bob']), aStep(['erin'])] }), 'It does not ask you now.'],
    ['one that is late', waiting({}, { deadline: OPENED_AT }), 'Its time is over.'],
    [
      'one that needs a passkey',
      waiting({ signIn: 'passkey' }),
      'It needs your passkey, so it is decided by itself.',
    ],
  ])('leaves out %s', (_what, left, why) => {
    const { groups, leftOut } = sorted(waiting(), left);
    expect(groups).toMatchObject([{ items: [{}] }]);
    expect(leftOut).toMatchObject([
      { requestId: idOf(left), why, what: expect.stringContaining('deploy_prod') },
    ]);
  });

  it('tells nothing of a request in which its reader has no part, nor of one that there is not', () => {
    const foreign = waiting({ plan: [aStep(['bob'])] });
    const unknown = newRequestId();
    const why = 'There is no request with this id that asks you.';
    expect(severalOf([idOf(foreign), unknown], [foreign], 'erin', new Map()).leftOut).toEqual([
      { requestId: idOf(foreign), why },
      { requestId: unknown, why },
    ]);
  });

  it('is fifty at most', () => {
    const many = Array.from({ length: 52 }, () => waiting());
    const { groups, leftOut } = sorted(...many);
    expect(groups).toMatchObject([{ items: { length: 50 } }]);
    expect(leftOut.map(({ why }) => why)).toEqual(Array(2).fill('At most 50 are decided together.'));
  });
});

describe('what a form says that it showed', () => {
  const one = { requestId: newRequestId(), step: 2, contentHash: 'a'.repeat(64) };
  const other = { requestId: newRequestId(), step: 0, contentHash: 'b'.repeat(64) };

  it('is read as it was written', () => {
    expect(readShown([one, other].map(shownText))).toEqual([one, other]);
  });

  it.each([
    ['nothing', []],
    ['no such text', [shownText(one), 'x']],
    ['one of them twice', [shownText(one), shownText(one)]],
    ['too many', Array.from({ length: 51 }, () => shownText({ ...one, requestId: newRequestId() }))],
  ])('is not read from %s', (_what, texts) => {
    expect(readShown(texts)).toBeUndefined();
  });

  it('has another hash for anything else', () => {
    const hash = shownHash([one, other]);
    for (const changed of [
      [other, one],
      [one],
      [{ ...one, step: 1 }, other],
      [{ ...one, contentHash: 'c'.repeat(64) }, other],
    ])
      expect(shownHash(changed)).not.toBe(hash);
  });
});

it('the fields of a form are there once or several times, and only texts are read', () => {
  expect(valuesOf({ id: 'a' }, 'id')).toEqual(['a']);
  expect(valuesOf({ id: ['a', 7, 'b'] }, 'id')).toEqual(['a', 'b']);
  expect(valuesOf({}, 'id')).toEqual([]);
  expect(valuesOf(undefined, 'id')).toEqual([]);
  const id = newRequestId();
  expect(idsAmong([id.toUpperCase(), id, 'x', "'; DROP"])).toEqual([id]);
});
