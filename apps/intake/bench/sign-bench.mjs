/**
 * How long it takes to sign a release: `node tools/build/build.mjs && node apps/intake/bench/sign-bench.mjs`. Milliseconds
 * on one core. With `--json` one object, for `npm run bench`.
 */
import { generateKeyPairSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { releaseKey } from '../dist/jwks/release-key.js';
import { releaseSigner } from '../dist/release-action/sign-release.js';
import { exampleDecision, exampleRequest } from '../dist/testing/example.js';

const TIMES = 5_000;
const key = releaseKey(JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })));
const sign = releaseSigner({ issuer: 'https://gate.example', keys: { signing: key } });
const request = exampleRequest();
const [vote] = exampleDecision().votes;

/** Signs releases that so many people approved. */
function figures(approvers) {
  const votes = Array.from({ length: approvers }, (_, index) => ({ ...vote, person: `person-${index}` }));
  const releasing = {
    request,
    decision: exampleDecision({ votes }),
    executor: undefined,
    validityMs: 15 * 60_000,
  };
  for (let index = 0; index < TIMES / 5; index += 1) sign(releasing);
  const taken = new Float64Array(TIMES);
  for (let index = 0; index < TIMES; index += 1) {
    const from = performance.now();
    sign(releasing);
    taken[index] = performance.now() - from;
  }
  taken.sort();
  const rounded = (share) => Number(taken[Math.floor(TIMES * share)].toFixed(3));
  return { p50: rounded(0.5), p99: rounded(0.99) };
}

const measured = { oneApproverMs: figures(1), twoHundredApproversMs: figures(200) };
if (process.argv.includes('--json')) console.log(JSON.stringify(measured));
else
  for (const [what, { p50, p99 }] of Object.entries(measured))
    console.log(`${what.padEnd(24)} median ${p50} ms, 99th percentile ${p99} ms`);
