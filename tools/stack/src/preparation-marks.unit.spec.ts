import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Origin } from '@tollgate/servers';
import { type DataFolder, dataFolder, prepareDataFolder } from './data-folder.js';
import { brokerMark, databaseMark, forgetPreparations } from './preparation-marks.js';

const LANES = { lanes: 4 };

describe('the marks of what was prepared', () => {
  let folder: DataFolder;

  beforeEach(() => {
    folder = dataFolder(mkdtempSync(join(tmpdir(), 'tollgate-marks-')));
    prepareDataFolder(folder, false);
    for (const place of [folder.kafka, folder.postgres]) mkdirSync(place, { recursive: true });
  });
  afterEach(() => rmSync(folder.root, { recursive: true, force: true }));

  const setBoth = async () => {
    for (const mark of [brokerMark(folder, LANES), databaseMark(folder)])
      await mark.ensure('embedded', async () => undefined);
  };
  const areCurrent = () => [brokerMark(folder, LANES).isCurrent, databaseMark(folder).isCurrent];

  it('speak of the data that they lie beside', async () => {
    expect(areCurrent()).toEqual([false, false]);
    await setBoth();
    expect(areCurrent()).toEqual([true, true]);
    rmSync(folder.kafka, { recursive: true });
    expect(areCurrent()).toEqual([false, true]);
  });

  it('are of no use for other topics, and after other passwords were made', async () => {
    await setBoth();
    expect(brokerMark(folder, { lanes: 8 }).isCurrent).toBe(false);
    expect(brokerMark(folder, { ...LANES, topicPrefix: 'other.' }).isCurrent).toBe(false);
    rmSync(folder.secrets);
    expect(areCurrent()).toEqual([false, false]);
  });

  it('are forgotten when a start went wrong', async () => {
    await setBoth();
    forgetPreparations(folder);
    expect(areCurrent()).toEqual([false, false]);
  });

  it('keep what is there from being made again, where the server is one of ours', async () => {
    let made = 0;
    const ensure = (origin: Origin) => brokerMark(folder, LANES).ensure(origin, async () => void (made += 1));
    await ensure('given');
    expect([made, brokerMark(folder, LANES).isCurrent]).toEqual([1, false]);
    await ensure('embedded');
    await ensure('embedded');
    expect([made, brokerMark(folder, LANES).isCurrent]).toEqual([2, true]);
    await ensure('given');
    expect(made).toBe(3);
  });
});
