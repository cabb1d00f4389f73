type Figure = number | string | { readonly [name: string]: Figure };

function* rows(figures: object, path = ''): Generator<readonly [string, string]> {
  for (const [name, value] of Object.entries(figures) as [string, Figure][]) {
    const full = path === '' ? name : `${path}.${name}`;
    if (value !== null && typeof value === 'object') yield* rows(value, full);
    else yield [full, String(value)];
  }
}

/** Prints figures as a table of two columns: where in the JSON, and what. */
export function printFigures(figures: object): void {
  const all = [...rows(figures)];
  const width = Math.max(...all.map(([name]) => name.length));
  for (const [name, value] of all) process.stdout.write(`${name.padEnd(width)}  ${value}\n`);
}
