/**
 * What each part of the gate costs per decision: what it recomputes before it believes a decision, and its judgement by 200
 * guardrails. Not a test; run it on a quiet machine:
 *
 *   node tools/build/build.mjs && node apps/guardrail/bench/gate-bench.mjs
 */
import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { decodeEvent } from '@tollgate/contracts';
import { compile, resolveRoute } from '@tollgate/policy';
import { distrustContent } from '../dist/evaluate-guardrails/distrust-content.js';
import { distrustDecision } from '../dist/evaluate-guardrails/distrust-decision.js';
import { distrustRoute } from '../dist/evaluate-guardrails/distrust-route.js';
import { distrustVoters } from '../dist/evaluate-guardrails/distrust-voters.js';
import { evaluateGuardrails } from '../dist/evaluate-guardrails/evaluate-guardrails.js';
import { aDecidedEvent } from '../dist/testing/a-decided-event.js';
import { A_DIRECTORY, A_POLICY } from '../dist/testing/a-policy.js';

const DECISIONS = 10_000;
const RULES = 200;

/** Rules of which most have a condition, which has to be evaluated to find that they do not apply. */
const guardrails = Array.from({ length: RULES }, (_, index) => ({
  id: `rule-${index}`,
  kind: 'condition',
  forbid: `target.region == "nowhere-${index}"`,
  reason: 'Nothing goes nowhere.',
}));
const print = (what, microseconds) =>
  console.log(`${what.padEnd(52)} ${microseconds.toFixed(1).padStart(8)} µs`);

for (const rules of [[], guardrails]) {
  const compiled = compile({
    revision: 1,
    policy: { ...A_POLICY, guardrails: rules },
    directory: A_DIRECTORY,
  });
  // Each its own, as each is judged once: what conditions say of a request is kept for a while.
  const events = Array.from({ length: DECISIONS * 1.25 }, (_, index) => {
    const event = aDecidedEvent(`bench ${index}`);
    return { ...event, data: { ...event.data, route: resolveRoute(compiled, event.data.request) } };
  });
  const records = events.map((event) => Buffer.from(JSON.stringify(event)));
  const fresh = records.map((record, index) => decodeEvent('decision.made', record, events[index].subject));
  const voters = { ruling: compiled, activeUntil: () => Infinity };
  const parts = {
    'read the event': (_, index) => decodeEvent('decision.made', records[index], events[index].subject),
    'content hash': ({ data }) => distrustContent(data),
    'route, recomputed and compared': ({ data }) => distrustRoute(data, compiled),
    'votes, times, quorum': ({ data }) => distrustDecision(data),
    voters: ({ data }) => distrustVoters(data, voters),
    'judge and serialise': (event) => JSON.stringify(evaluateGuardrails(event, compiled)),
  };
  console.log(`\n${rules.length} guardrails`);
  let sum = 0;
  for (const [name, part] of Object.entries(parts)) {
    const wrong = name === 'read the event' || name.startsWith('judge') ? undefined : part(fresh[0], 0);
    if (wrong !== undefined) throw new Error(`${name}: ${wrong.detail}`);
    let start = 0;
    for (let n = -DECISIONS / 4; n < DECISIONS; n += 1) {
      if (n === 0) start = performance.now();
      const index = (n + DECISIONS) % events.length;
      part(fresh[index], index);
    }
    const microseconds = ((performance.now() - start) * 1_000) / DECISIONS;
    sum += microseconds;
    print(name, microseconds);
  }
  print('together', sum);
}
