import TestSequencer from '@jest/test-sequencer';

/** The spec files, or groups of them, that take longest; the longest first. */
const LONG = [
  ...['start-stop.e2e', 'faults.e2e', 'replay.e2e', 'stalled.e2e', 'poison.e2e', 'inbox.e2e'],
  ...['apps-intake-2.int', 'apps-audit-1.int', 'apps-notifier-5.int', 'apps-intake-4.int'],
];

const rank = ({ path }) => {
  const at = LONG.findIndex((name) => path.includes(`/${name}.`));
  return at === -1 ? LONG.length : at;
};

/**
 * Begins with what takes longest, so that no worker is left alone with it at the end. Jest itself knows how long a spec
 * file took the last time, which in a fresh clone there was not, and goes by the size of the files until then.
 */
export default class LongestFirst extends TestSequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
}
