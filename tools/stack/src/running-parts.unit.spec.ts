import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder, prepareDataFolder, readIfThere, type DataFolder } from './data-folder.js';
import {
  awaitSoleUse,
  noteRunning,
  noteStopped,
  parseRunningParts,
  StackRunningError,
} from './running-parts.js';

let folder: DataFolder;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = dataFolder(mkdtempSync(join(tmpdir(), 'tollgate-running-')));
  prepareDataFolder(folder, false);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  rmSync(folder.root, { recursive: true });
});

/** A process that waits, and its end. */
function part() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  children.push(child);
  if (child.pid === undefined) throw new Error('no process');
  return { pid: child.pid, end: once(child, 'exit') };
}

describe('the note of what runs on a data folder', () => {
  it('lets a first start go on', async () => {
    await awaitSoleUse(folder, () => undefined);
    expect(readIfThere(folder.running)).toBeUndefined();
  });

  it('keeps a second stack out, by the process of the first', async () => {
    const { pid } = part();
    noteRunning(folder, pid, new Map());
    const refused = awaitSoleUse(folder, () => undefined);
    await expect(refused).rejects.toThrow(StackRunningError);
    await expect(refused).rejects.toThrow(`process ${pid}`);
  });

  it('is not taken in by later processes with the same numbers', async () => {
    noteRunning(folder, part().pid, new Map([['kafka', part().pid]]));
    const note = readIfThere(folder.running) ?? '';
    writeFileSync(folder.running, note.replaceAll(/"started": "[^"]+"/g, '"started": "long ago"'));
    await awaitSoleUse(folder, () => undefined);
  });

  it('lets a start go on after a stack that was killed with all its parts', async () => {
    noteRunning(folder, part().pid, new Map([['kafka', part().pid]]));
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => once(child, 'exit')));
    await awaitSoleUse(folder, () => undefined);
  });

  it('waits for the parts of a stack that was killed hard', async () => {
    const supervisor = part();
    const kafka = part();
    noteRunning(folder, supervisor.pid, new Map([['kafka', kafka.pid]]));
    children[0]?.kill('SIGKILL');
    await supervisor.end;
    const lines: string[] = [];
    await awaitSoleUse(folder, (line) => {
      lines.push(line);
      children[1]?.kill('SIGKILL');
    });
    expect(lines).toEqual(['waiting for the parts of an earlier start to stop']);
  });

  it('is gone after a stop', async () => {
    noteRunning(folder, part().pid, new Map());
    noteStopped(folder);
    await awaitSoleUse(folder, () => undefined);
  });

  it.each([
    ['cut off', '{"supervisor": 12, "par'],
    ['of another form', '{"supervisor": "x", "parts": []}'],
    ['nothing', 'null'],
  ])('counts as none when it is %s', async (_case, text) => {
    writeFileSync(folder.running, text);
    expect(parseRunningParts(text)).toBeUndefined();
    await awaitSoleUse(folder, () => undefined);
  });
});
