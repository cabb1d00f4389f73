/**
 * How long the gate takes to judge one decision by 200 guardrails of every kind, most of them with conditions of their
 * own, and to word it. Not a test; run it on a quiet machine:
 *
 *   node tools/build/build.mjs && node libs/policy/bench/guardrail-bench.mjs
 */
import { performance } from 'node:perf_hooks';
import { compile, judge, requestOf, resolveRoute } from '../dist/index.js';

const RULES = 200;
const DECISIONS = 20_000;

const numbers = Array.from({ length: RULES }, (_, index) => index);
const kinds = [
  (n) => ({ kind: 'condition', forbid: `has(parameters.amount) && parameters.amount > ${n + 10_000}.0` }),
  (n) => ({
    kind: 'condition',
    when: `environment == "production" && target.region != "moon-${n}"`,
    forbid: `target.service.startsWith("secret-${n}")`,
  }),
  (n) => ({ kind: 'allowed', field: 'target.region', values: ['us-east', 'eu-west', `region-${n}`] }),
  (n) => ({ kind: 'blocked', actions: [`wipe-${n}`] }),
  (n) => ({ kind: 'sign-off', when: `action == "export-${n}"`, from: 'dpo' }),
  (n) => ({
    kind: 'window',
    mode: 'freeze',
    start: `1970-01-0${1 + (n % 7)}T22:00`,
    duration: 'PT1H',
    rrule: 'FREQ=WEEKLY',
    zone: 'Europe/Berlin',
  }),
  (n) => ({ kind: 'max-age', maxAge: `PT${1 + n}M` }),
  (n) => ({
    kind: 'condition',
    strength: n % 2 === 0 ? 'overridable' : 'advisory',
    ...(n % 2 === 0 ? { overridableBy: 'lead' } : {}),
    forbid: `matchesRe2(target.service, "^legacy-${n}")`,
  }),
];
const policy = {
  version: 1,
  matrix: [{ id: 'all', action: '*', riskLevel: '*', environment: '*', decide: 'lead' }],
  checkpoints: { default: { timeout: 'PT4H', onSilence: 'deny' } },
  guardrails: numbers.map((n) => ({
    id: `rule-${n}`,
    reason: `Rule ${n} says no.`,
    ...kinds[n % kinds.length](n),
  })),
  releaseValidity: 'PT15M',
};
const directory = {
  roles: ['lead', 'dpo'],
  groups: [],
  people: { ann: { active: true, roles: ['lead'] }, dan: { active: true, roles: ['dpo'] } },
};
const compiled = compile({ revision: 1, policy, directory });

const facts = Array.from({ length: 1_000 }, (_, n) => {
  const request = requestOf(
    {
      action: 'deploy',
      risk: 'low',
      target: { region: 'us-east', service: `service-${n}` },
      parameters: { amount: n },
      at: new Date(Date.UTC(2026, 10, 2, 10) + n * 60_000).toISOString(),
    },
    1,
  );
  const decidedAt = request.submittedAt;
  const vote = {
    person: 'ann',
    step: 0,
    verdict: 'approve',
    reason: '',
    at: decidedAt,
    authentication: 'link',
    counted: true,
  };
  const decision = {
    ...{
      outcome: 'approved',
      decidedBy: 'people',
      step: 0,
      openedAt: decidedAt,
      votes: [vote],
      overrides: [],
    },
    ...{ decidedAt, explanation: '', policyRevision: 1 },
  };
  return { request, route: resolveRoute(compiled, request), decision };
});
/** Never the same object twice: what conditions say of a request is kept for a while. */
const requestAt = (n) => ({ ...facts[n % facts.length].request });
const factsAt = (n) => ({ ...facts[n % facts.length], request: requestAt(n) });
const now = (n) => Date.parse(facts[n % facts.length].decision.decidedAt);
const { outcome, results } = judge(compiled, facts[0], now(0));
console.log(
  `${RULES} guardrails: ${outcome}, ${results.length} results, ${JSON.stringify(results).length} bytes`,
);

const time = (what, work) => {
  for (let n = 0; n < DECISIONS / 4; n += 1) work(n);
  const times = new Float64Array(DECISIONS);
  for (let n = 0; n < DECISIONS; n += 1) {
    const start = performance.now();
    work(n);
    times[n] = (performance.now() - start) * 1_000;
  }
  times.sort();
  const [median, late] = [times[DECISIONS / 2], times[Math.floor(DECISIONS * 0.99)]];
  console.log(`${what.padEnd(30)} median ${median.toFixed(1)} µs, 99th percentile ${late.toFixed(1)} µs`);
};
time('judge', (n) => judge(compiled, factsAt(n), now(n)));
time('judge and serialise', (n) => JSON.stringify(judge(compiled, factsAt(n), now(n))));
time('route with preflight', (n) => resolveRoute(compiled, requestAt(n)));
