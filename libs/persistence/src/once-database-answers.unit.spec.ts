import { expect, it } from '@jest/globals';
import { onceDatabaseAnswers } from './once-database-answers.js';

const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const starting = () => Object.assign(new Error('the database system is starting up'), { code: '57P03' });

/** Fails with the errors one after the other, then answers how often it was asked. */
function failing(...errors: Error[]) {
  let asked = 0;
  return async () => {
    asked += 1;
    const error = errors[asked - 1];
    if (error !== undefined) throw error;
    return asked;
  };
}

it('tries again while the database is away, and while it starts', async () => {
  expect(await onceDatabaseAnswers(failing(away(), starting()), 10_000)).toBe(3);
});

it('does not try again what does not pass by itself', async () => {
  const refused = Object.assign(new Error('password authentication failed'), { code: '28P01' });
  await expect(onceDatabaseAnswers(failing(refused), 10_000)).rejects.toBe(refused);
});

it('says what was wrong last when the time is up', async () => {
  const last = starting();
  await expect(onceDatabaseAnswers(failing(last), 0)).rejects.toBe(last);
});
