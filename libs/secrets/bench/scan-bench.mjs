/**
 * How long a scan takes: `node tools/build/build.mjs && node libs/secrets/bench/scan-bench.mjs`. Milliseconds on one core,
 * median and 99th percentile of 500 scans after 50 to get warm. With `--json` one object, for `npm run bench`.
 */
import { performance } from 'node:perf_hooks';
import { SecretScanner } from '@tollgate/secrets';
import { harmlessLookAlikes, syntheticSecrets } from '@tollgate/servers';

const scanner = new SecretScanner();
const mark = () => '[secret-00000000]';
const SENTENCE = 'Release 42 fixes the basket; see the report of last week, and ask the team of checkout. ';

const lookAlikes = Object.fromEntries(
  harmlessLookAlikes(3, 5).map(({ field, text }, index) => [`${field}${index}`, text]),
);
const secrets = syntheticSecrets(1, 5).map(({ text }) => text);
/** Cut to about so many bytes as JSON. */
const sized = (members, bytes) => {
  const document = {};
  for (const [name, value] of Object.entries(members)) {
    if (JSON.stringify(document).length >= bytes) break;
    document[name] = value;
  }
  return { action: 'deploy', environment: 'production', target: document };
};
const prose = (bytes) => ({ parameters: { notes: SENTENCE.repeat(bytes / SENTENCE.length) } });
const tokens = (bytes) => ({ parameters: { notes: 'the token: of secret= password, '.repeat(bytes / 32) } });
const documents = {
  'a request of 0.9 KB': sized(lookAlikes, 900),
  'look-alikes, 4 KB': sized(lookAlikes, 4096),
  'prose, 4 KB': prose(4096),
  'one secret in 4 KB': { ...sized(lookAlikes, 4096), parameters: { note: secrets[0] } },
  '30 secrets in 6 KB': { ...sized(lookAlikes, 1024), parameters: { secrets } },
  'words of secrets without any, 4 KB': tokens(4096),
  'prose, 256 KB': prose(256 * 1024),
};

const figures = async (work, times = 500) => {
  for (let index = 0; index < times / 10; index += 1) await work();
  const taken = [];
  for (let index = 0; index < times; index += 1) {
    const from = performance.now();
    await work();
    taken.push(performance.now() - from);
  }
  taken.sort((a, b) => a - b);
  return [taken[Math.floor(times / 2)], taken[Math.floor(times * 0.99)]];
};

const measured = [];
for (const [what, document] of Object.entries(documents)) {
  const [median, p99] = await figures(() => scanner.detect(document, mark));
  measured.push({ what, bytes: JSON.stringify(document).length, p50: median, p99 });
}
const [median, p99] = await figures(() => scanner.redact(SENTENCE, 'reason', mark));
measured.push({ what: 'a reason', bytes: SENTENCE.length, p50: median, p99 });

if (process.argv.includes('--json')) {
  const rounded = (ms) => Number(ms.toFixed(3));
  const byName = measured.map(({ what, bytes, p50, p99 }) => [
    what,
    { bytes, p50: rounded(p50), p99: rounded(p99) },
  ]);
  console.log(JSON.stringify(Object.fromEntries(byName)));
} else
  for (const { what, bytes, p50, p99 } of measured)
    console.log(`${what.padEnd(36)} ${String(bytes).padStart(7)} B  ${p50.toFixed(3)}  ${p99.toFixed(3)} ms`);
