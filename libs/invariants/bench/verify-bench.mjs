/**
 * How long it takes to verify an export: `node tools/build/build.mjs && node libs/invariants/bench/verify-bench.mjs [FILE]
 * [RECORDS]`. Writes an export of that many records of 1 KB to the file unless it is there, then verifies it on one core.
 */
import { Buffer } from 'node:buffer';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { contentHash, documentHash, eventIdFor, newEvent, releaseIdFor } from '@tollgate/contracts';
import { LedgerRules } from '@tollgate/invariants';
import {
  formatCheckpoint,
  hashOf,
  leafHash,
  newSigner,
  nodesFromTiles,
  readRoot,
  signNote,
  TileBuilder,
  verifyExport,
  writeExport,
} from '@tollgate/ledger';

const [file = '/tmp/tollgate-export.ndjson', wanted = '1000000'] = process.argv.slice(2);
const size = Number(wanted);
const signer = newSigner({ name: 'tollgate/bench/ledger', seed: Buffer.alloc(32, 1) });
const begun = Date.UTC(2026, 10, 2);
const PER_REQUEST = 7;

const iso = (ms) => new Date(ms).toISOString();

/** The seven events of a request, one second apart. */
function eventsOf(nth) {
  const at = begun + 60_000 + nth * 70;
  const id = `018f0000-0000-7000-8000-${nth.toString(16).padStart(12, '0')}`;
  const content = {
    action: 'deploy_prod',
    environment: 'production',
    target: { region: 'us-east' },
    parameters: { version: String(nth) },
  };
  const request = {
    id,
    producer: 'ci-bot',
    requester: 'ci-bot',
    owner: 'alice',
    onBehalfOf: [],
    riskLevel: 'high',
    ...content,
    reason: 'fixes the checkout',
    submittedAt: iso(at),
    contentHash: contentHash(content),
    policyRevision: 1,
    redactions: [],
  };
  const route = {
    rule: 'matrix[5]',
    riskLevel: { claimed: 'high', effective: 'high' },
    decider: 'people',
    plan: [
      {
        quorum: { kind: 'one', from: 'role:cto' },
        approvers: [{ person: 'erin', via: ['role:cto'] }],
        excluded: [],
        timeout: 'PT4H',
        reminders: [],
        onSilence: 'deny',
      },
    ],
    signIn: 'link',
    releaseValidity: 'PT15M',
    preflight: [],
    explanation: 'deploy_prod of high risk is decided by the cto',
  };
  const vote = {
    person: 'erin',
    step: 0,
    verdict: 'approve',
    reason: 'the error budget allows it',
    at: iso(at + 3000),
    authentication: 'signed-in',
    counted: true,
  };
  const decision = {
    outcome: 'approved',
    decidedBy: 'people',
    step: 0,
    openedAt: iso(at + 1000),
    deadline: iso(at + 14_400_000),
    votes: [vote],
    overrides: [],
    decidedAt: iso(at + 3000),
    explanation: 'erin approved',
    policyRevision: 1,
  };
  const guardrail = {
    outcome: 'passed',
    results: [{ rule: 'regions', verdict: 'passed', reason: 'allowed' }],
    policyRevision: 1,
  };
  const release = {
    id: releaseIdFor(id),
    token: 'x'.repeat(600),
    audience: 'ci-bot',
    expiresAt: iso(at + 900_000),
    releasedAt: iso(at + 4000),
  };
  const notified = {
    requestId: id,
    person: 'erin',
    count: 1,
    kind: 'asked',
    step: 0,
    messageId: `${id}@tollgate`,
    notifiedAt: iso(at),
  };
  const voteKey = `${id}/erin/1`;
  const event = (topic, service, data, key = id, cause = undefined) => ({
    topic,
    key,
    value: JSON.stringify(
      newEvent({ topic, service, key, requestId: id, time: iso(at), data, cause: cause && { id: cause } }),
    ),
  });
  const idOn = (topic, key = id) => eventIdFor(key, topic);
  return [
    event('request.submitted', 'intake', { request }),
    event('route.resolved', 'router', { request, route }, id, idOn('request.submitted')),
    event('approver.notified', 'notifier', notified, voteKey, idOn('route.resolved')),
    event('vote.cast', 'notifier', { requestId: id, count: 1, vote }, voteKey, idOn('route.resolved')),
    event('decision.made', 'notifier', { request, route, decision }, id, idOn('vote.cast', voteKey)),
    event(
      'guardrail.evaluated',
      'guardrail',
      { request, route, decision, guardrail },
      id,
      idOn('decision.made'),
    ),
    event(
      'action.released',
      'intake',
      { request, route, decision, guardrail, release },
      id,
      idOn('guardrail.evaluated'),
    ),
  ];
}

let known = { nth: -1, events: [] };
const policyEvent = () => {
  const [policy, directory] = [{}, {}];
  const data = {
    revision: 1,
    documentHash: documentHash(policy, directory),
    policy,
    directory,
    origin: 'first-start',
    publishedAt: iso(begun),
  };
  return {
    topic: 'policy.published',
    key: '1',
    value: JSON.stringify(
      newEvent({ topic: 'policy.published', service: 'intake', key: '1', time: iso(begun), data }),
    ),
  };
};

/** The first record is the policy; then come the requests, one after the other. */
function record(seq) {
  const nth = Math.floor((seq - 1) / PER_REQUEST);
  if (seq > 0 && known.nth !== nth) known = { nth, events: eventsOf(nth) };
  const { topic, key, value } = seq === 0 ? policyEvent() : known.events[(seq - 1) % PER_REQUEST];
  const bytes = { key: Buffer.from(key), headers: null, value: Buffer.from(value) };
  return {
    seq,
    form: 'as-they-came',
    arrivedAt: begun + 60_000 + seq * 10,
    brokerTime: begun + 60_000 + seq * 10,
    topic,
    partition: seq === 0 ? 0 : nth % 4,
    offset: BigInt(seq === 0 ? 0 : Math.floor(nth / 4)),
    sha256: Buffer.from(hashOf(bytes), 'hex'),
    bytes,
  };
}

async function writeFile() {
  const tiles = new Map();
  const rest = [];
  const source = {
    readTiles: async (refs) => refs.map(({ level, index }) => tiles.get(`${level}/${index}`)),
    readLeaves: async ({ from, to }) => rest.slice(from - (size - (size % 256)), to - (size - (size % 256))),
  };
  const ends = new Map();
  const builder = await TileBuilder.after(0, source);
  for (let seq = 0; seq < size; seq += 1) {
    const next = record(seq);
    const { topic, partition, offset } = next;
    ends.set(`${topic}/${partition}`, { topic, partition, next: offset + 1n });
    const hash = leafHash(next);
    if (seq >= size - (size % 256)) rest.push(hash);
    for (const { level, index, hashes } of builder.append(hash)) tiles.set(`${level}/${index}`, hashes);
  }
  const nodes = nodesFromTiles(size, source);
  const text = formatCheckpoint({
    origin: signer.name,
    size,
    root: await readRoot(size, nodes),
    lanes: [...ends.values()],
    at: begun + 60_000 + size * 10,
  });
  const out = createWriteStream(file);
  const records = (function* () {
    for (let seq = 0; seq < size; seq += 1) yield record(seq);
  })();
  const header = { kind: 'contiguous', range: { from: 0, to: size }, checkpoint: signNote(text, [signer]) };
  for await (const line of writeExport({ header, size, nodes, records })) {
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

if (!existsSync(file)) {
  const start = performance.now();
  await writeFile();
  console.log(`written in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
const rules = new LedgerRules('whole');
let largest = 0;
const watch = setInterval(() => (largest = Math.max(largest, process.memoryUsage().rss)), 100);
const start = performance.now();
const cpu = process.cpuUsage();
const verdict = await verifyExport(createReadStream(file, { highWaterMark: 1024 * 1024 }), {
  key: signer.verifier,
  onRecord: (record) => rules.take(record),
});
const { counts, requests } = rules.finish(begun + 60_000 + size * 10);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
clearInterval(watch);
console.log(verdict.fault ?? `${verdict.records} records hold, completeness: ${verdict.completeness}`);
console.log(`${requests} requests; violations:`, counts);
console.log(
  `${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of CPU, ${(largest / 1e6).toFixed(0)} MB at most`,
);
