import { ReleaseKeyError } from './jwks/release-key.js';
import { PolicyFilesError } from './publish-policy/policy-files.js';

/** `EX_CONFIG` of sysexits.h. */
const EXIT_CONFIG = 78;

/**
 * Ends the process for a fault that only its operator can mend, in plain words on standard error.
 * @throws any other error as it is
 */
export function endOnStartupFault(error: unknown): never {
  if (error instanceof PolicyFilesError || error instanceof ReleaseKeyError) {
    process.stderr.write(`intake cannot start:\n${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  throw error;
}
