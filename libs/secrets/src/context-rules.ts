import { type SecretRule } from '@tollgate/contracts';
import { anyCase } from './any-case.js';
import { isPlaceholder } from './is-placeholder.js';
import { looksRandom } from './looks-random.js';
import { secretName } from './secret-name.js';
import { type TextRule } from './rule.js';
import { withoutTrailing } from './without-trailing.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TIME = /^\d{4}-\d\d-\d\d(?:[T ]|$)/;
const VERSION = /^v?\d+(?:\.\d+)+/;
const LETTERS_ONLY = /^[a-z]+$|^[A-Z]?[a-z]+$|^[A-Z]+$/;

const SHORTEST_PASSWORD = 4;
const SHORTEST_KEY = 12;
/** A password of plain letters, in running text, is one only from this length on: shorter ones are words. */
const LONG_WORD = 16;

const isDrawn = (value: string): boolean =>
  value.length >= SHORTEST_KEY &&
  !/\s/.test(value) &&
  !TIME.test(value) &&
  !VERSION.test(value) &&
  looksRandom(value);

/** Basic authentication (RFC 7617): `user:password` in base64. */
export function isBasicAuth(base64: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(base64)) return false;
  const text = Buffer.from(base64, 'base64').toString('latin1');
  return /^[\x20-\x39\x3b-\x7e]*:[\x20-\x7e]{3,}$/.test(text);
}

/**
 * Which secret a value is by the name under which it stands, in JSON or in an assignment; undefined where it is none.
 * @param isProse in running text, where `password:` can be followed by any word
 */
export function secretByName(name: string, value: string, isProse = false): SecretRule | undefined {
  const kind = secretName(name);
  if (kind === undefined) return undefined;
  const text = value.trim();
  if (isPlaceholder(text)) return undefined;
  if (kind === 'credentials') return isBasicAuth(text) ? 'basic-auth' : undefined;
  if (kind === 'password') {
    if (text.length < SHORTEST_PASSWORD) return undefined;
    return isProse && LETTERS_ONLY.test(text) && text.length < LONG_WORD ? undefined : 'password';
  }
  const [, scheme = '', rest = text] = /^(bearer|token|basic|apikey|digest|key)\s+(.*)$/is.exec(text) ?? [];
  if (scheme.toLowerCase() === 'basic' && isBasicAuth(rest)) return 'basic-auth';
  if (UUID.test(rest)) return /token/i.test(name) ? undefined : 'api-key';
  return isDrawn(rest) ? 'api-key' : undefined;
}

/** White space as RE2 has it, for within brackets: that of JavaScript is wider. */
const SPACE = String.raw`\t\n\f\r `;
// A colon or a slash before it makes it a part of a resource's name: `arn:aws:secretsmanager:eu-west-1:1:secret:db`.
const SECRET_WORDS = anyCase(
  'passw(?:or)?(?:d|t)|passphrase|passcode|passwd|pwd|pass|token|secret|key|credential',
);
const NAME = String.raw`(?:^|[^A-Za-z0-9_.:/-])([A-Za-z0-9_.-]*${SECRET_WORDS}[A-Za-z0-9_.-]{0,40})`;
/** What stands between a name and its value, also where quotes were escaped once or twice. */
const ASSIGNED = String.raw`[\\"'\x60]{0,6}[${SPACE}]{0,5}(?::=|=>|==?|:)[${SPACE}]{0,5}[\\"'\x60]{0,6}`;
const VALUE = String.raw`([^${SPACE}"'\x60\\,;&<>|]{4,})`;

const untrailed = (value: string): string => withoutTrailing(value, '.,;:!?)]}');

const ASSIGNMENT = `(?:^|[^A-Za-z0-9_.:/-])[A-Za-z0-9_.-]*(?i:passw|passphrase|passcode|pwd|pass|token|secret|key|credential|authorization)s?[A-Za-z0-9_.-]{0,40}${ASSIGNED}[^\\s"'\x60\\\\,;&<>|]`;

/** What is a secret by what stands before it, in running text. */
export const CONTEXT_RULES: readonly TextRule[] = [
  {
    id: 'api-key',
    trigger: ASSIGNMENT,
    pattern: `${NAME}${ASSIGNED}${VALUE}`,
    // A name begins where no other can, and what is gone over after it begins and ends with other characters.
    isQuick: true,
    accept: ([name = '', value = '']) => secretByName(name, untrailed(value), true) ?? false,
  },
  {
    // A pass phrase: of several words, in quotes.
    id: 'password',
    trigger: ASSIGNMENT,
    pattern: String.raw`${NAME}["'\x60]?[${SPACE}]{0,5}(?::=|=>|==?|:)[${SPACE}]{0,5}["'\x60]([^"'\x60\n]{4,})["'\x60]`,
    isQuick: true,
    accept: ([name = '', value = '']) => /\s/.test(value) && secretByName(name, value, true) === 'password',
  },
  {
    id: 'password',
    trigger: String.raw`(?i:pass(?:word|phrase|code|wd)|\bpwd|passwort)["'\x60]?\s{1,5}(?i:is|was|ist|to|=|:)`,
    pattern: String.raw`(?i:pass(?:word|phrase|code|wd)|\bpwd|passwort)["'\x60]?\s{1,5}(?i:is|was|ist|to)\s{1,5}(?i:now\s)?["'\x60]?([^\s"'\x60]{6,})`,
    accept: ([value = '']) => {
      const word = untrailed(value);
      return (
        !isPlaceholder(word) &&
        /[A-Za-z]/.test(word) &&
        /[^A-Za-z]/.test(word) &&
        !/^[A-Za-z]+(?:[-'/][A-Za-z]+)+$/.test(word)
      );
    },
  },
  {
    // `--password hunter2`, as it is copied from a shell.
    id: 'api-key',
    trigger: String.raw`--?(?i:[a-z-]{0,40}(?:password|passwd|passphrase|token|secret|api-?key))\s`,
    pattern: String.raw`--?((?i:[a-z-]{0,40}(?:password|passwd|passphrase|token|secret|api-?key)))\s{1,5}["'\x60]?([^\s"'\x60-][^\s"'\x60]{5,})`,
    accept: ([name = '', value = '']) => secretByName(name, value, true) ?? false,
  },
  {
    id: 'api-key',
    trigger: String.raw`(?i:\b(?:api|access|secret|auth|private|signing|encryption)[ _-]?key|\btoken|\bsecret|\bcredential)s?["'\x60]?\s`,
    pattern: String.raw`(?i:\b(?:api|access|secret|auth|private|signing|encryption)[ _-]?key|\btoken|\bsecret|\bcredential)s?["'\x60]?\s{1,5}(?i:is\s{1,5}|was\s{1,5})?["'\x60]?([A-Za-z0-9_+/=.~-]{20,})`,
    accept: ([value = '']) =>
      isDrawn(value) && !isPlaceholder(value) && !UUID.test(value) && /\d/.test(value),
  },
  {
    id: 'bearer-token',
    trigger: String.raw`(?i:\bbearer)[\s:=]{1,5}[A-Za-z0-9]`,
    pattern: String.raw`(?i:\bbearer)[\s:=]{1,5}["'\x60]?([A-Za-z0-9._~+/=-]{16,})`,
    accept: ([value = '']) => !isPlaceholder(value) && looksRandom(value),
  },
  {
    id: 'basic-auth',
    trigger: String.raw`(?i:\bbasic)\s{1,5}[A-Za-z0-9+/]{8}`,
    pattern: String.raw`(?i:\bbasic)\s{1,5}([A-Za-z0-9+/]{8,}={0,2})`,
    accept: ([value = '']) => isBasicAuth(value),
  },
  {
    id: 'basic-auth',
    trigger: String.raw`(?:-u|--user)\s?["'\x60]?[^\s:"'\x60]+:`,
    pattern: String.raw`(?:\s|^)(?:-u|--user)[\s=]?["'\x60]?[^\s:"'\x60]+:([^\s"'\x60]{4,})`,
    accept: ([value = '']) =>
      value.length >= 6 && !isPlaceholder(value) && /[A-Za-z]/.test(value) && /[^A-Za-z]/.test(value),
  },
  {
    id: 'password',
    trigger: String.raw`(?i:mysql|mariadb)`,
    pattern: String.raw`(?i:mysql|mariadb)[a-z]{0,10}\s[^\n|;]*\s-p([^\s"'\x60]{4,})`,
    accept: ([value = '']) => !isPlaceholder(value) && !/^(?:\d+$|rotocol|lugin|ort)/.test(value),
  },
  {
    id: 'url-credentials',
    trigger: String.raw`://[^\s/@<>"']*@`,
    pattern: String.raw`[A-Za-z][A-Za-z0-9+.-]{0,40}://[^\s/:@<>"']*:([^\s/@<>"']+)@`,
    accept: ([value = '']) =>
      !isPlaceholder(value) && !/^\d{1,5}$/.test(value) && !/^\d{1,5}[?#]/.test(value),
  },
  {
    id: 'url-credentials',
    trigger: String.raw`://[A-Za-z0-9_.~%-]{20,}@`,
    pattern: String.raw`://([A-Za-z0-9_.~%-]{20,})@`,
    accept: ([value = '']) => isDrawn(value),
  },
  {
    id: 'url-credentials',
    trigger: String.raw`(?i:jdbc:oracle)`,
    pattern: String.raw`(?i:jdbc:oracle):[a-z]{1,10}:[^\s/:@]+/([^\s@]+)@`,
    accept: ([value = '']) => !isPlaceholder(value),
  },
  {
    id: 'signed-url',
    trigger: String.raw`[?&](?i:sig|signature|access_token|auth|token|x-(?:amz|goog)-signature|x-amz-security-token|api_?key|key|code|client_secret|secret|password)=`,
    pattern: String.raw`[?&](?i:sig|signature|access_token|auth|token|x-(?:amz|goog)-signature|x-amz-security-token|api_?key|key|code|client_secret|secret|password)=([^\s&"'#<>]{12,})`,
    accept: ([value = '']) => !isPlaceholder(value) && !UUID.test(value) && looksRandom(value),
  },
];
