import { describe, expect, it } from '@jest/globals';
import { isOfDeadProcess, isRunning, memberName } from './member-name.js';

describe('the name of a member', () => {
  const none = () => false;
  const all = () => true;

  it('tells a member of this machine whose process is gone', () => {
    const name = memberName('router', 'host/402653', 4711);
    expect(isOfDeadProcess(name, 'host/402653', none)).toBe(true);
    expect(isOfDeadProcess(name, 'host/402653', all)).toBe(false);
  });

  it.each(['router', 'router@elsewhere/402653#4711', 'router@host/402654#4711', 'router@host/402653#', ''])(
    'says nothing of the process of %p',
    (name) => {
      expect(isOfDeadProcess(name, 'host/402653', none)).toBe(false);
    },
  );

  it('knows that this process runs', () => {
    expect(isRunning(process.pid)).toBe(true);
    expect(isRunning(2 ** 30)).toBe(false);
  });
});
