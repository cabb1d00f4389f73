import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSpecs } from './run-specs.js';
import { seeded } from './seeded.js';
import { SEEDED_FAULTS, type SeededFault } from './seeded-faults.js';
import { copyWorkspace, removeCopy } from './workspace-copy.js';

const asked = process.argv.slice(2);
const unknown = asked.filter((id) => !SEEDED_FAULTS.some((fault) => fault.id === id));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${SEEDED_FAULTS.map(({ id }) => id).join(', ')}`);
  process.exit(64);
}
const faults = SEEDED_FAULTS.filter(({ id }) => asked.length === 0 || asked.includes(id));
const root = process.cwd();
const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** What tests said with one fault in the copy, which is as before afterwards. */
function tryFault(copy: string, fault: SeededFault): { readonly found: boolean; readonly how: string } {
  const path = join(copy, fault.file);
  const sound = readFileSync(path, 'utf8');
  writeFileSync(path, seeded(sound, fault));
  try {
    const { failed, broken } = runSpecs(copy, fault.specs);
    // A source that does not even load proves nothing about the tests.
    if (broken.length > 0) throw new Error(`${fault.id} makes no working program: ${broken.join('\n')}`);
    return { found: failed.length > 0, how: `${failed.length} failed, as: ${failed[0] ?? 'none'}` };
  } finally {
    writeFileSync(path, sound);
  }
}

const began = performance.now();
const copy = copyWorkspace(root);
const stop = (): void => {
  removeCopy(copy);
  process.exit(130);
};
process.once('SIGINT', stop).once('SIGTERM', stop);
const survivors: string[] = [];
try {
  const specs = [...new Set(faults.flatMap((fault) => fault.specs))];
  const missing = specs.filter((spec) => !existsSync(join(copy, spec)));
  if (missing.length > 0) throw new Error(`there is no ${missing.join(', no ')}`);
  const { passed, failed, broken } = runSpecs(copy, specs);
  if (failed.length + broken.length > 0)
    throw new Error(`without any fault they fail already:\n${[...failed, ...broken].join('\n')}`);
  console.log(`without a fault: ${passed} tests pass (${seconds(began)})`);
  for (const fault of faults) {
    const from = performance.now();
    const { found, how } = tryFault(copy, fault);
    if (!found) survivors.push(fault.id);
    const word = found ? 'found    ' : 'NOT FOUND';
    console.log(`${word} ${fault.id}: ${fault.breaks} (${seconds(from)}; ${how})`);
  }
  console.log(`${faults.length - survivors.length} of ${faults.length} found in ${seconds(began)}`);
} finally {
  removeCopy(copy);
}
if (survivors.length > 0) {
  console.error(`The tests do not notice: ${survivors.join(', ')}`);
  process.exitCode = 1;
}
