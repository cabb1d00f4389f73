import { type CompiledPolicy } from './compiled-policy.js';

/** True for a person of the directory who is active: only they sign in and decide. */
export const isActive = (compiled: CompiledPolicy, person: string): boolean =>
  compiled.activePeople.has(person);
