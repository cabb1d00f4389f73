import { type AuthenticationResponseJSON, type RegistrationResponseJSON } from '@simplewebauthn/server';

const LONGEST = 32_768;
const LONGEST_CHALLENGE = 200;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasTexts = (value: unknown, ...names: string[]): value is Record<string, unknown> =>
  isObject(value) && names.every((name) => typeof value[name] === 'string');

const isCredential = (value: unknown): value is Record<string, unknown> =>
  hasTexts(value, 'id', 'rawId', 'type') && isObject(value['clientExtensionResults']);

const isAssertion = (value: unknown): value is AuthenticationResponseJSON =>
  isCredential(value) && hasTexts(value['response'], 'clientDataJSON', 'authenticatorData', 'signature');

const isRegistration = (value: unknown): value is RegistrationResponseJSON =>
  isCredential(value) &&
  hasTexts(value['response'], 'clientDataJSON', 'attestationObject') &&
  (value['response']['transports'] === undefined || Array.isArray(value['response']['transports']));

function parsed(text: unknown): unknown {
  if (typeof text !== 'string' || text.length > LONGEST) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What a browser says that a passkey signed (`PublicKeyCredential.toJSON()`), undefined for anything else. */
export function readAssertion(text: unknown): AuthenticationResponseJSON | undefined {
  const value = parsed(text);
  return isAssertion(value) ? value : undefined;
}

/** What a browser says of a new passkey, undefined for anything else. */
export function readRegistration(text: unknown): RegistrationResponseJSON | undefined {
  const value = parsed(text);
  return isRegistration(value) ? value : undefined;
}

/** The challenge that was signed, as the browser names it; undefined where it names none. */
export function challengeIn(clientDataJSON: string): string | undefined {
  const data = parsed(Buffer.from(clientDataJSON, 'base64url').toString());
  if (!hasTexts(data, 'challenge')) return undefined;
  const challenge = String(data['challenge']);
  return challenge.length <= LONGEST_CHALLENGE ? challenge : undefined;
}
