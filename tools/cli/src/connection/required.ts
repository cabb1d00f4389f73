import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';
import { type Settings } from '../cli.config.js';

const MISSING = {
  producerKey: 'No API key: set TOLLGATE_API_KEY, or run `npm start`, which makes one for the local stack.',
  operatorKey:
    'No operator key: set TOLLGATE_OPERATOR_KEY, or run `npm start`, which makes one for the local stack.',
  ledgerReaderKey:
    'No key of a reader: set TOLLGATE_READER_KEY, or run `npm start`, which makes one for the local stack.',
  developmentIssuer:
    'No development issuer: only the local stack has one. Run `npm start`, or point TOLLGATE_HOME to its data folder.',
} as const;

/**
 * A setting that a command cannot do without.
 * @throws CommandError (usage) that says how to set it
 */
export function required<Name extends keyof typeof MISSING>(
  settings: Settings,
  name: Name,
): NonNullable<Settings[Name]> {
  const value = settings[name];
  if (value === undefined) throw new CommandError(MISSING[name], EXIT_CODE.usage);
  return value;
}
