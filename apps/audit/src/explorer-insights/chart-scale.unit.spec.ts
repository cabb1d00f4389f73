import { describe, expect, it } from '@jest/globals';
import {
  barsPath,
  countScale,
  durationScale,
  durationText,
  everyNth,
  linePath,
  stacked,
} from './chart-scale.js';

const textsOf = ({ ticks }: { ticks: readonly { text: string }[] }): string[] =>
  ticks.map(({ text }) => text);

describe('the scales of the plots', () => {
  it.each([
    [0, ['0', '1']],
    [1, ['0', '1']],
    [4, ['0', '1', '2', '3', '4']],
    [7, ['0', '2', '4', '6', '8']],
    [23, ['0', '5', '10', '15', '20', '25']],
    [1_234, ['0', '500', '1,000', '1,500']],
  ])('counts up to %d by round marks', (most, texts) => {
    const scale = countScale(most);
    expect(textsOf(scale)).toEqual(texts);
    expect(scale.at(most)).toBeLessThanOrEqual(1);
    expect(scale.at(0)).toBe(0);
    expect(scale.at(scale.ticks.at(-1)?.value ?? Number.NaN)).toBe(1);
  });

  it.each([
    [[0.2], ['1 s', '10 s']],
    [
      [3, 3],
      ['1 s', '10 s'],
    ],
    [[10], ['10 s', '1 min']],
    [
      [45, 4_000],
      ['10 s', '1 min', '10 min', '1 h', '6 h'],
    ],
    [[1e12], ['365 d', '3650 d']],
  ])('shows durations of %j seconds between the marks around them', (seconds, texts) => {
    const scale = durationScale(seconds);
    expect(textsOf(scale)).toEqual(texts);
    for (const each of seconds) expect(scale.at(each)).toBeGreaterThanOrEqual(0);
    for (const each of seconds) expect(scale.at(each)).toBeLessThanOrEqual(1);
  });

  it('is logarithmic for durations', () => {
    const { at } = durationScale([1, 3_600]);
    expect(at(1)).toBe(0);
    expect(at(60)).toBeCloseTo(0.5, 10);
    expect(at(3_600)).toBe(1);
  });

  it.each([
    [0, '0 s'],
    [0.42, '0.4 s'],
    [59.6, '1 min'],
    [90, '1 min 30 s'],
    [3_600, '1 h'],
    [5_399, '1 h 30 min'],
    [86_399, '1 d'],
    [183_600, '2 d 3 h'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it('labels no more bins than there is room for', () => {
    expect([everyNth(1, 8), everyNth(8, 8), everyNth(9, 8), everyNth(53, 8)]).toEqual([1, 1, 2, 7]);
  });
});

describe('the paths of the plots', () => {
  it('breaks a line where a value is missing', () => {
    expect(linePath([{ x: 0, y: 1 }, { x: 1.04, y: 2 }, undefined, { x: 3, y: 4 }])).toBe('M0 1L1 2M3 4');
    expect(linePath([])).toBe('');
  });

  it('draws bars up or down, and none for nothing', () => {
    expect(barsPath([1, 0, 2], 2, { width: 15, foot: 10, height: 10 })).toBe(
      'M0.5 5h4v5h-4zM10.5 0h4v10h-4z',
    );
    expect(barsPath([1], 2, { width: 5, foot: 10, height: -4 })).toBe('M0.5 10h4v2h-4z');
    expect(barsPath([1], 1, { width: 90, foot: 10, height: 10 })).toBe('M39 0h12v10h-12z');
    expect(barsPath([0, 0], 0, { width: 5, foot: 10, height: 4 })).toBe('');
  });

  it('lays series on each other', () => {
    expect(
      stacked([
        [1, 0],
        [2, 5],
      ]),
    ).toEqual([
      [
        { from: 0, to: 1 },
        { from: 0, to: 0 },
      ],
      [
        { from: 1, to: 3 },
        { from: 0, to: 5 },
      ],
    ]);
    expect(stacked([])).toEqual([]);
  });
});
