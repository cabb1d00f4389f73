import { type Place } from './pieces.js';
import { type AllowedFinding } from './rule.js';

function stepsOf(place: Place): string[] {
  const steps: string[] = [];
  for (let at = place; at.parent !== undefined; at = at.parent) steps.unshift(at.step);
  return steps;
}

/** Whether a policy allows what a rule finds at a place: in the field that it names, or below it. */
export function isAllowed(allow: readonly AllowedFinding[], rule: string, place: Place): boolean {
  const entries = allow.filter((entry) => entry.rule === rule);
  if (entries.length === 0) return false;
  const steps = stepsOf(place);
  return entries.some(({ field }) =>
    field
      .split('.')
      .every((name, index) => steps[index] !== undefined && (name === '*' || steps[index] === name)),
  );
}
