import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { workspaceFolder } from '@tollgate/servers';
import { type Stack } from '@tollgate/stack';
import { type GateFigures, measureGate } from './measure-gate.js';
import { type LedgerFigures, measureLedger } from './measure-ledger.js';
import { measureRelay, type RelayFigures } from './measure-relay.js';

/** What single parts do by themselves. */
export interface AloneFigures {
  readonly relay?: RelayFigures;
  readonly gate?: GateFigures;
  readonly ledger?: LedgerFigures;
  /** Milliseconds, by document; see libs/secrets/bench/scan-bench.mjs. */
  readonly scanMs: object;
  /** See apps/intake/bench/sign-bench.mjs. */
  readonly sign: object;
}

/** What is measured of the single parts; 0 leaves one out. */
export interface AloneSizes {
  /** Requests of the router. */
  readonly relay: number;
  /** Decisions of the guardrail. */
  readonly gate: number;
  /** Records of the ledger. */
  readonly ledger: number;
  /** More flags of Node.js for the services. */
  readonly nodeFlags: readonly string[];
  readonly say: (line: string) => void;
}

/** A measurement within one process, which prints its figures as JSON. */
const figuresOf = (...script: string[]): object =>
  JSON.parse(
    execFileSync(process.execPath, [join(workspaceFolder(), ...script), '--json'], { encoding: 'utf8' }),
  ) as object;

/** Measures the parts that need nothing of the others, one after the other. */
export async function measureAlone(
  stack: Stack,
  { relay, gate, ledger, nodeFlags, say }: AloneSizes,
): Promise<AloneFigures> {
  say('scanning for secrets, signing releases');
  const scanMs = figuresOf('libs', 'secrets', 'bench', 'scan-bench.mjs');
  const sign = figuresOf('apps', 'intake', 'bench', 'sign-bench.mjs');
  if (relay > 0) say(`the router alone: ${relay} requests`);
  const relayed = relay > 0 ? { relay: await measureRelay(stack, relay, nodeFlags) } : {};
  if (gate > 0) say(`the guardrail alone: ${gate} decisions`);
  const judged = gate > 0 ? { gate: await measureGate(stack, gate, nodeFlags) } : {};
  if (ledger > 0) say(`the ledger alone: ${ledger} records`);
  const recorded = ledger > 0 ? { ledger: await measureLedger(stack, ledger, nodeFlags) } : {};
  return { ...relayed, ...judged, ...recorded, scanMs, sign };
}
