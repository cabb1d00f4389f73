/** OpenID Connect Extended Authentication Profile: phishing-resistant, and the same with a key in hardware. */
const PASSKEY_ACRS: readonly string[] = ['phr', 'phrh'];

/** How surely an issuer knows a person, by the `acr` of its token. */
export const provenBy = (acr: unknown): 'signed-in' | 'passkey' =>
  typeof acr === 'string' && PASSKEY_ACRS.includes(acr) ? 'passkey' : 'signed-in';
