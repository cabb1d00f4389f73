import { type SecretSettings } from './rule.js';
import { SecretScanner } from './secret-scanner.js';

/** What a revision of the policy says of secrets. */
export interface RevisionOfSecrets {
  readonly revision: number;
  /** Asked for once per revision. */
  readonly secrets: () => SecretSettings;
}

/**
 * The scanner by the ruling revision, made anew when another one rules.
 * @param ruling the revision that rules now; undefined while there is none: then the rules that are always there look
 */
export function scannerByRevision(ruling: () => RevisionOfSecrets | undefined): () => SecretScanner {
  let known: { readonly revision: number; readonly scanner: SecretScanner } = {
    revision: 0,
    scanner: new SecretScanner(),
  };
  return () => {
    const now = ruling();
    if (now !== undefined && now.revision !== known.revision)
      known = { revision: now.revision, scanner: new SecretScanner(now.secrets()) };
    return known.scanner;
  };
}
