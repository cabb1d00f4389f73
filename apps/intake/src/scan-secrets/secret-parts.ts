import { type Provider } from '@nestjs/common';
import { readRedactionKey } from '@tollgate/runtime';
import { FreeTexts, scannerByRevision, SecretMarker } from '@tollgate/secrets';
import { type IntakeConfig } from '../intake.config.js';
import { type RulingPolicy } from '../publish-policy/ruling-policy.js';
import { ScanSecrets } from './scan-secrets.js';

/** What looks for secrets, for the composition root. */
export function secretParts(
  { redactionKeyFile }: Pick<IntakeConfig, 'redactionKeyFile'>,
  ruling: RulingPolicy,
): Provider[] {
  const marker = new SecretMarker(readRedactionKey(redactionKeyFile));
  const scanner = scannerByRevision(() => {
    const { known, revision } = ruling;
    return known && { revision, secrets: () => known.secrets };
  });
  const texts = new FreeTexts(scanner, marker);
  return [
    { provide: FreeTexts, useValue: texts },
    { provide: ScanSecrets, useValue: new ScanSecrets({ scanner, marker, texts }) },
  ];
}
