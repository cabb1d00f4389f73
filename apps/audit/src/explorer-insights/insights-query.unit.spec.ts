import { describe, expect, it } from '@jest/globals';
import { insightsQuery } from './insights-query.js';

const NOW = Date.UTC(2026, 10, 23, 14, 30);
const asked = (parameters: unknown) => insightsQuery(parameters, NOW);

describe('the form of the insights', () => {
  it.each([
    [{}, '2026-10-25', '2026-11-23'],
    [{ from: '', until: '  ', action: '' }, '2026-10-25', '2026-11-23'],
    [{ until: '2026-03-01' }, '2026-01-31', '2026-03-01'],
    [{ from: '2026-11-20' }, '2026-11-20', '2026-11-23'],
    [{ from: '2026-11-20', until: '2026-11-20' }, '2026-11-20', '2026-11-20'],
    [{ from: '2025-06-01', until: '2026-06-01' }, '2025-06-01', '2026-06-01'],
  ])('takes %j as a period with its last day', (parameters, from, until) => {
    const [first, last] = [new Date(from), new Date(until)];
    expect(asked(parameters)).toEqual({
      query: {
        form: { from, until },
        from: first,
        to: new Date(last.getTime() + 86_400_000),
        action: undefined,
      },
    });
  });

  it('takes how the name of an action begins', () => {
    expect(asked({ action: ' deploy_ ' })).toMatchObject({
      query: { action: 'deploy_', form: { action: 'deploy_' } },
    });
  });

  it.each([
    [{ from: 'yesterday' }, '/from', 'must be a day such as 2026-11-01'],
    [{ from: '2026-02-30' }, '/from', 'is a day that does not exist'],
    [{ until: '2026-13-01' }, '/until', 'is a day that does not exist'],
    [{ from: '2026-11-02', until: '2026-11-01' }, '/until', 'must not be before the first day'],
    [{ from: '2026-11-24' }, '/until', 'must not be before the first day'],
    [{ from: '2025-05-31', until: '2026-06-01' }, '/from', 'must be no more than 366 days before the end'],
    [{ until: '0000-01-01' }, '/until', 'must not be before 1970'],
    [{ action: '<b>' }, '/action', 'must be how the name of an action begins'],
    [{ action: ['a', 'b'] }, '/action', 'must be how the name of an action begins'],
    [{ person: 'erin' }, '/person', 'is not a known field'],
  ])('refuses %j at its field', (parameters, pointer, detail) => {
    expect(asked(parameters)).toEqual({ faults: [{ pointer, detail }] });
  });
});
