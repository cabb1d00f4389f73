/** What is kept under a name: something that a person chose, something that a machine drew, or nothing secret. */
export type SecretName = 'password' | 'key' | 'credentials' | undefined;

const PASSWORDS = new Set(['password', 'passwd', 'passwort', 'passphrase', 'passcode', 'pwd', 'pass', 'pw']);
const KEYS = new Set([
  'token',
  'tokens',
  'secret',
  'secrets',
  'apikey',
  'apitoken',
  'appkey',
  'authtoken',
  'accesskey',
  'accesstoken',
  'secretkey',
  'secretaccesskey',
  'clientsecret',
  'privatekey',
  'signingkey',
  'encryptionkey',
  'credential',
  'authorization',
]);
/** Before the word `key`. */
const KEY_KINDS = new Set(
  'access account admin api app application auth client decryption deploy encrypt encryption hmac license licence master private secret service shared sign signing storage subscription webhook'.split(
    ' ',
  ),
);
/** Before the word `token`: those that mark a place or an attempt, and open nothing. */
const HARMLESS_TOKENS = new Set(
  'page next previous prev continuation cursor sync idempotency request fencing cancellation cancel resume sequence design lexer change client max min total prompt completion input output lock position'.split(
    ' ',
  ),
);
/** After the word that matters. */
const SUFFIXES = new Set(
  'value text plain plaintext raw data base64 b64 string new old current prod staging dev test'.split(' '),
);

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '' && !/^\d+$/.test(word));

/** Anything that {@link secretName} could name, in a single look. */
const POSSIBLE = /pass|pwd|pw|token|secret|key|cred|auth/i;

/** What the name of a field or of a variable says of its value: its last words count (`passwordPolicy` is none). */
export function secretName(name: string): SecretName {
  if (name.length > 200 || !POSSIBLE.test(name)) return undefined;
  const words = wordsOf(name);
  let last = words.pop()?.replace(/\d+$/, '');
  while (last !== undefined && words.length > 0 && SUFFIXES.has(last)) last = words.pop();
  if (last === undefined) return undefined;
  const before = words.at(-1);
  if (PASSWORDS.has(last)) return 'password';
  if (last === 'auth' || last === 'dockerconfigjson') return 'credentials';
  if (last.startsWith('token') && before !== undefined && HARMLESS_TOKENS.has(before)) return undefined;
  if (KEYS.has(last)) return 'key';
  return (last === 'key' || last === 'keys') && before !== undefined && KEY_KINDS.has(before)
    ? 'key'
    : undefined;
}
