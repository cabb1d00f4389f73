/**
 * How long it takes to evaluate a quorum with 200 voters after each of their votes, from the JSON of the event on: what
 * the notifier does for every vote. By hand, on a quiet machine; goal: a median under 1 ms.
 *
 * Build first: `node tools/build/build.mjs && node libs/policy/bench/quorum-bench.mjs`.
 */
import { performance } from 'node:perf_hooks';
import { evaluateQuorum } from '../dist/index.js';

const VOTERS = 200;
const ROUNDS = 10;
const selectors = ['role:team-lead', 'role:security', 'group:finance', 'group:dba', 'role:cto'];
/** Each voter via one to three of the selectors, all combinations of which occur. */
const approvers = Array.from({ length: VOTERS }, (_, index) => ({
  person: `person-${index}`,
  via: selectors.filter((_selector, bit) => ((index % 31) + 1) & (1 << bit)),
}));
const votes = approvers.map(({ person }, index) => ({
  person,
  verdict: index % 5 === 0 ? 'abstain' : 'approve',
}));
const [lead, security, finance, dba, cto] = selectors;
const one = (from) => ({ kind: 'one', from });
const people = (count, ...from) => ({ kind: 'people', count, from });

const QUORUMS = {
  one: one(lead),
  'half of all': { kind: 'majority', from: selectors },
  weighted: {
    kind: 'weighted',
    threshold: 250,
    of: selectors.map((from, index) => ({ from, weight: index + 1 })),
  },
  'distinct people': { kind: 'all', of: selectors.map((from) => people(25, from)) },
  'a weight beside others': {
    kind: 'all',
    of: [
      people(40, lead),
      people(40, security),
      {
        kind: 'weighted',
        threshold: 120,
        of: [
          { from: finance, weight: 3 },
          { from: dba, weight: 1 },
        ],
      },
    ],
  },
  'stages with choices': {
    kind: 'denials',
    count: 3,
    in: {
      kind: 'veto',
      by: [cto],
      in: {
        kind: 'stages',
        of: [
          { kind: 'any', of: [people(30, lead), people(20, security)] },
          { kind: 'atLeast', count: 2, of: [people(20, finance), people(20, dba), people(30, lead, cto)] },
          { kind: 'majority', from: [cto] },
        ],
      },
    },
  },
  'three of eight, each of 15': {
    kind: 'atLeast',
    count: 3,
    of: Array.from({ length: 8 }, (_, index) => people(15, selectors[index % 5], selectors[(index + 1) % 5])),
  },
};

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

for (const [name, quorum] of Object.entries(QUORUMS)) {
  const json = JSON.stringify(quorum);
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let cast = 0; cast <= VOTERS; cast += 1) {
      const given = votes.slice(0, cast);
      const from = performance.now();
      evaluateQuorum(JSON.parse(json), approvers, given);
      if (round > 0) times.push(performance.now() - from);
    }
  }
  times.sort((a, b) => a - b);
  console.log(
    `${name.padEnd(30)} median ${percentile(times, 0.5).toFixed(3)} ms   p99 ${percentile(times, 0.99).toFixed(3)} ms`,
  );
}
