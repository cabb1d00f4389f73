import { expect, it } from '@jest/globals';
import { harmlessLookAlikes } from '@tollgate/servers';
import { SecretScanner } from './secret-scanner.js';

const LOOK_ALIKES = harmlessLookAlikes(10, 42);
const MOST_FLAGGED = 3;
const scanner = new SecretScanner();
const mark = () => '[secret-00000000]';

it('of 300 harmless look-alikes, at most three are flagged: in their fields, in sentences, in assignments', async () => {
  expect(LOOK_ALIKES).toHaveLength(300);
  const flagged = { fields: [] as string[], sentences: [] as string[], assignments: [] as string[] };
  for (const { kind, field, text } of LOOK_ALIKES) {
    const detections = await scanner.detect({ parameters: { [field]: text } }, mark);
    if (detections.length > 0) flagged.fields.push(kind);
    const sentence = await scanner.redact(`Ship ${field} ${text} now`, 'reason', mark);
    if (sentence.cuts.length > 0) flagged.sentences.push(kind);
    const assignment = await scanner.redact(`${field}: ${text}`, 'reason', mark);
    if (assignment.cuts.length > 0) flagged.assignments.push(kind);
  }
  for (const kinds of Object.values(flagged)) expect(kinds.slice(MOST_FLAGGED)).toEqual([]);
});
