/**
 * Outlives the process that started it by a moment, to stop the servers which that process left behind: however a
 * supervisor dies (also by SIGKILL), its end closes this process's standard input.
 *
 * Standard input takes a line per event: `+ PID ORDER SIGNAL` when a server starts, `- PID` when it has ended.
 * At the end of the input every server still held gets its signal, lowest order first; one order is waited for
 * before the next begins, and what has not gone after ten seconds is killed.
 *
 * Plain JavaScript, so that it runs alike beside the sources (in tests) and beside the build.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const GRACE_MS = 10_000;
const held = new Map();

/** Ended, but not yet taken note of by its new parent: in a container without an init process that never happens. */
const isZombie = (pid) => {
  if (process.platform !== 'linux') return false;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const signal = (pid, name) => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
};

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function stopAll() {
  const orders = [...new Set([...held.values()].map(({ order }) => order))].sort((a, b) => a - b);
  for (const order of orders) {
    const pids = [...held].filter(([, entry]) => entry.order === order).map(([pid]) => pid);
    for (const pid of pids) signal(pid, held.get(pid).stopSignal);
    const deadline = Date.now() + GRACE_MS;
    while (pids.some(isAlive) && Date.now() < deadline) await pause(50);
    for (const pid of pids.filter(isAlive)) signal(pid, 'SIGKILL');
  }
}

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [sign, pid, order, stopSignal] = line.split(' ');
  if (sign === '+') held.set(Number(pid), { order: Number(order), stopSignal });
  else held.delete(Number(pid));
});
lines.on('close', () => void stopAll());
