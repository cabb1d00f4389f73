import { type CompiledPolicy } from './compiled-policy.js';

/** The id of the person whom an issuer knows by a subject (OpenID Connect `iss` and `sub`); undefined for a stranger. */
export const personOf = (compiled: CompiledPolicy, issuer: string, subject: string): string | undefined =>
  compiled.personByIdentity.get(JSON.stringify([issuer, subject]));
