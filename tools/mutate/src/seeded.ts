import { type SeededFault } from './seeded-faults.js';

/**
 * A source with a fault in it.
 * @throws Error where the text that it replaces does not stand there exactly once: then the list has to follow the source
 */
export function seeded(source: string, { id, file, text, replacement }: SeededFault): string {
  const parts = source.split(text);
  const [before, after] = parts;
  if (before === undefined || after === undefined || parts.length !== 2)
    throw new Error(`${id}: its text stands ${parts.length - 1} times in ${file}, and must stand there once`);
  return before + replacement + after;
}
