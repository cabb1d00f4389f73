/**
 * How long the policy takes: one decision with 1,000 lines and 10,000 people, compiling such a revision, and a quorum whose
 * people have all to be looked at. Not a test; run it on a quiet machine:
 *
 *   node tools/build/build.mjs && node tools/bench/measure-policy.mjs
 */
import { performance } from 'node:perf_hooks';
import { largePolicy } from './dist/large-policy.js';
import { compile, lintFiles, requestOf, resolveRoute } from '@tollgate/policy';

const LINES = 1_000;
const PEOPLE = 10_000;
const DECISIONS = 50_000;

const risks = ['low', 'medium', 'high', 'critical'];
const { policy, directory } = largePolicy(LINES, PEOPLE);

const milliseconds = (work) => {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
};
const print = (what, value, unit) => console.log(`${what.padEnd(44)} ${value.toFixed(1)} ${unit}`);

for (let round = 1; round <= 3; round += 1) {
  const [ms] = milliseconds(() => compile({ revision: 1, policy, directory }));
  print(`compile, round ${round}`, ms, 'ms');
}
const compiled = compile({ revision: 1, policy, directory });
const text = (document) => JSON.stringify(document, null, 1);
const [lintMs, findings] = milliseconds(() =>
  lintFiles({ policy: { file: 'p', text: text(policy) }, directory: { file: 'd', text: text(directory) } }),
);
print(`lint from text (${findings.length} findings)`, lintMs, 'ms');

const requests = Array.from({ length: 1_000 }, (_, n) =>
  requestOf(
    {
      action: `action-${n % 125}`,
      risk: risks[n % 4],
      environment: n % 2 === 0 ? 'production' : 'staging',
      requester: `person-${(n * 37) % PEOPLE}`,
      owner: `person-${(n * 61) % PEOPLE}`,
      target: n % 10 === 0 ? { classification: 'pii' } : { region: 'us-east' },
      parameters: { amount: n },
    },
    1,
  ),
);
for (let n = 0; n < DECISIONS / 5; n += 1) resolveRoute(compiled, requests[n % requests.length]);
const times = new Float64Array(DECISIONS);
for (let n = 0; n < DECISIONS; n += 1) {
  const start = performance.now();
  resolveRoute(compiled, requests[n % requests.length]);
  times[n] = (performance.now() - start) * 1_000;
}
times.sort();
print('a decision, median', times[DECISIONS / 2], 'µs');
print('a decision, 99th percentile', times[Math.floor(DECISIONS * 0.99)], 'µs');
