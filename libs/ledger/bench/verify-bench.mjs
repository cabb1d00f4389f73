/**
 * How long it takes to verify an export: `node tools/build/build.mjs && node libs/ledger/bench/verify-bench.mjs [FILE]
 * [RECORDS]`. Writes an export of that many records of 1 KB to the file unless it is there, then verifies it on one core.
 */
import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
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
const filler = randomBytes(700).toString('base64');

function record(seq) {
  const bytes = {
    key: Buffer.from(`key ${seq}`),
    headers: null,
    value: Buffer.from(`{"event":${seq},"filler":"${filler}"}`),
  };
  return {
    seq,
    form: 'as-they-came',
    arrivedAt: begun + seq,
    brokerTime: begun + seq,
    topic: 'vote.cast',
    partition: seq % 4,
    offset: BigInt(Math.floor(seq / 4)),
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
  const builder = await TileBuilder.after(0, source);
  for (let seq = 0; seq < size; seq += 1) {
    const hash = leafHash(record(seq));
    if (seq >= size - (size % 256)) rest.push(hash);
    for (const { level, index, hashes } of builder.append(hash)) tiles.set(`${level}/${index}`, hashes);
  }
  const nodes = nodesFromTiles(size, source);
  const lanes = [0, 1, 2, 3].map((partition) => ({
    topic: 'vote.cast',
    partition,
    next: BigInt(Math.floor((size - 1 - partition) / 4) + 1),
  }));
  const text = formatCheckpoint({
    origin: signer.name,
    size,
    root: await readRoot(size, nodes),
    lanes,
    at: begun + size,
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
let largest = 0;
const watch = setInterval(() => (largest = Math.max(largest, process.memoryUsage().rss)), 100);
const start = performance.now();
const cpu = process.cpuUsage();
const verdict = await verifyExport(createReadStream(file, { highWaterMark: 1024 * 1024 }), {
  key: signer.verifier,
});
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
clearInterval(watch);
console.log(verdict.fault ?? `${verdict.records} records hold, completeness: ${verdict.completeness}`);
console.log(
  `${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of CPU, ${(largest / 1e6).toFixed(0)} MB at most`,
);
