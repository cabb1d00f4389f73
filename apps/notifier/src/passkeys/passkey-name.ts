/** What the name of a passkey may hold, in characters. */
export const MAX_NAME = 60;

/** The name that a person gives a passkey; one that cannot be kept becomes `Passkey`. */
export function readPasskeyName(text: unknown): string {
  const name = typeof text === 'string' ? text.trim().slice(0, MAX_NAME) : '';
  // The database holds no NUL, and a lone surrogate is no text (RFC 7493).
  return name === '' || name.includes('\0') || !name.isWellFormed() ? 'Passkey' : name;
}
