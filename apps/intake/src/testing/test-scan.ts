import { FreeTexts, SecretMarker, SecretScanner } from '@tollgate/secrets';
import { ScanSecrets } from '../scan-secrets/scan-secrets.js';
import { type Cleared } from '../submit-request/submission.js';

const marker = new SecretMarker('k'.repeat(32));
const scanner = new SecretScanner();

/** The scan of the doors, by a key of the tests and the rules that are always there. */
export const TEST_SCAN = new ScanSecrets({
  scanner: () => scanner,
  marker,
  texts: new FreeTexts(() => scanner, marker),
});

/** What the scan says of a body with this reason and no secret. */
export const clearedOf = (reason: string): Cleared => ({
  reason,
  redactions: [],
  seal: (text) => marker.seal(text),
});
