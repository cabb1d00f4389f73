import { badParameters } from './event-query.js';

/** @throws Problem 400 that names what is not known */
export function noParameters(parameters: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(parameters);
  if (names.length > 0)
    throw badParameters(
      names.slice(0, 10).map((name) => ({
        pointer: `/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`,
        detail: 'is not known here',
      })),
    );
}
