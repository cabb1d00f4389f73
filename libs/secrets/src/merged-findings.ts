import { type TextFinding } from './rule.js';

/** Findings in order, those that overlap as one: it goes by the rule of the longest. */
export function mergedFindings(findings: readonly TextFinding[]): TextFinding[] {
  const merged: TextFinding[] = [];
  let longest = 0;
  const inOrder = [...findings].sort((a, b) => a.start - b.start || b.end - a.end);
  for (const finding of inOrder) {
    const last = merged.at(-1);
    const length = finding.end - finding.start;
    if (last === undefined || finding.start >= last.end) {
      merged.push(finding);
      longest = length;
      continue;
    }
    const rule = length > longest ? finding.rule : last.rule;
    longest = Math.max(longest, length);
    merged[merged.length - 1] = { rule, start: last.start, end: Math.max(last.end, finding.end) };
  }
  return merged;
}
