import { SERVICES, type ServiceName } from '@tollgate/contracts';
import { type DeadLetter } from '@tollgate/messaging';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';

/** A place as people write it: `router/request.submitted-2-41`, or without the service where that is enough. */
export interface WantedDeadLetter {
  readonly service?: ServiceName;
  readonly place: string;
}

/** Reads the place of a dead letter from the command line. */
export function parseWanted(text: string): WantedDeadLetter {
  const [head = '', ...rest] = text.split('/');
  const service = SERVICES.find((name) => name === head);
  return service === undefined || rest.length === 0 ? { place: text } : { service, place: rest.join('/') };
}

/**
 * The one dead letter that is meant.
 * @throws CommandError when there is none, or several services have one of this place
 */
export function findDeadLetter(letters: readonly DeadLetter[], wanted: WantedDeadLetter): DeadLetter {
  const found = letters.filter(
    ({ place, service }) =>
      place === wanted.place && (wanted.service === undefined || service === wanted.service),
  );
  const [letter, second] = found;
  if (letter === undefined) {
    throw new CommandError(
      `There is no dead letter ${wanted.place}; see npx tollgate dead-letters list`,
      EXIT_CODE.failure,
    );
  }
  if (second !== undefined) {
    const choices = found.map(({ service, place }) => `${service}/${place}`).join(' or ');
    throw new CommandError(`Several services have it; say which: ${choices}`, EXIT_CODE.usage);
  }
  return letter;
}
