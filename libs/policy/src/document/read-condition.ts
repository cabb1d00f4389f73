import { compileCondition, type Condition } from '../conditions/condition.js';
import { type Faults } from './faults.js';

/** Compiles the condition that stands at a place; adds a fault and gives undefined for one that is none. */
export type ReadCondition = (text: string, pointer: string) => Condition | undefined;

/** Reads the conditions of one document; a text that stands there twice is compiled once. */
export function conditionReader(faults: Faults): ReadCondition {
  const known = new Map<string, ReturnType<typeof compileCondition>>();
  return (text, pointer) => {
    let compiled = known.get(text);
    if (compiled === undefined) known.set(text, (compiled = compileCondition(text)));
    if (compiled.ok) return compiled.condition;
    faults.add({ pointer, ...compiled.fault });
    return undefined;
  };
}
