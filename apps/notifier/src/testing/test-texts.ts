import { FreeTexts, SecretMarker, SecretScanner } from '@tollgate/secrets';

const scanner = new SecretScanner();

/** Cuts secrets out of texts as the service does, by a key of the tests. */
export const TEST_TEXTS = new FreeTexts(() => scanner, new SecretMarker('k'.repeat(32)));
