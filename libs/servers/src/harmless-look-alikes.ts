import { chanceOf } from './synthetic-secrets.js';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const HEX = `${DIGITS}abcdef`;
const UPPER_AND_DIGITS = `${LOWER.toUpperCase()}${DIGITS}`;
const BASE64 = `${LOWER}${LOWER.toUpperCase()}${DIGITS}+/`;

/** A harmless text and the field in which it stands. */
export interface LookAlike {
  readonly kind: string;
  readonly field: string;
  readonly text: string;
}

type Draw = (letters: string, length: number) => string;

const uuid = (draw: Draw): string =>
  `${draw(HEX, 8)}-${draw(HEX, 4)}-4${draw(HEX, 3)}-a${draw(HEX, 3)}-${draw(HEX, 12)}`;

/** How each kind is made, and in which field it usually stands. */
const KINDS: Readonly<Record<string, readonly [field: string, one: (draw: Draw) => string]>> = {
  UUID: ['requestId', uuid],
  'UUID as a key': ['idempotencyKey', uuid],
  'SHA-256': ['checksum', (draw) => draw(HEX, 64)],
  'SHA-1': ['etag', (draw) => draw(HEX, 40)],
  MD5: ['md5', (draw) => draw(HEX, 32)],
  'SHA-512': ['sha512', (draw) => draw(HEX, 128)],
  'integrity of npm': ['integrity', (draw) => `sha512-${draw(BASE64, 86)}==`],
  'SHA-256 in base64': ['digest', (draw) => `${draw(BASE64, 43)}=`],
  'commit id': ['commit', (draw) => draw(HEX, 40)],
  'commit URL': ['url', (draw) => `https://github.com/acme/checkout/commit/${draw(HEX, 40)}`],
  'image digest': ['image', (draw) => `registry.example.com:5000/team/checkout@sha256:${draw(HEX, 64)}`],
  'image tag': [
    'image',
    (draw) => `ghcr.io/acme/checkout:v1.${draw(DIGITS, 1)}.${draw(DIGITS, 2)}-${draw(HEX, 7)}`,
  ],
  'ARN of a role': ['roleArn', (draw) => `arn:aws:iam::${draw(DIGITS, 12)}:role/deploy-${draw(LOWER, 6)}`],
  'ARN of a secret': [
    'secretArn',
    (draw) =>
      `arn:aws:secretsmanager:eu-west-1:${draw(DIGITS, 12)}:secret:prod/checkout/db-${draw(BASE64.slice(0, 52), 6)}`,
  ],
  'ARN of a key': ['kmsKeyId', (draw) => `arn:aws:kms:eu-central-1:${draw(DIGITS, 12)}:key/${uuid(draw)}`],
  'account id': ['awsAccountId', (draw) => draw(DIGITS, 12)],
  'resource of Azure': [
    'resource',
    (draw) => `/subscriptions/${uuid(draw)}/resourceGroups/prod/providers/Microsoft.Web/sites/checkout`,
  ],
  'reference to a secret': ['password', (draw) => `vault:secret/data/${draw(LOWER, 8)}#password`],
  'name of a secret': ['secretName', (draw) => `checkout-${draw(LOWER, 5)}-db-credentials`],
  variable: ['token', (draw) => `\${${draw(LOWER, 6).toUpperCase()}_TOKEN}`],
  'base64 image': ['icon', (draw) => `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${draw(BASE64, 160)}==`],
  URL: [
    'url',
    (draw) => `https://status.example.com/incidents/${draw(LOWER + DIGITS, 12)}?page=${draw(DIGITS, 2)}#top`,
  ],
  'URL with a user': [
    'repository',
    (draw) => `ssh://git@git.example.com:7999/${draw(LOWER, 4)}/checkout.git`,
  ],
  version: [
    'version',
    (draw) =>
      `${draw(DIGITS, 1)}.${draw(DIGITS, 2)}.${draw(DIGITS, 1)}-rc.${draw(DIGITS, 1)}+build.${draw(HEX, 7)}`,
  ],
  'trace context': ['traceparent', (draw) => `00-${draw(HEX, 32)}-${draw(HEX, 16)}-01`],
  'certificate fingerprint': [
    'fingerprint',
    (draw) => Array.from({ length: 32 }, () => draw(HEX, 2).toUpperCase()).join(':'),
  ],
  'public key': [
    'publicKey',
    (draw) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${draw(BASE64, 43)} alice@laptop`,
  ],
  'path in a bucket': [
    'path',
    (draw) => `s3://builds/checkout/2026/11/22/${draw(HEX, 12)}/bundle-${draw(DIGITS, 4)}.tar.gz`,
  ],
  'page token': ['nextPageToken', (draw) => draw(BASE64.slice(0, 62), 24)],
  ULID: ['changeId', (draw) => `01J${draw(UPPER_AND_DIGITS, 23)}`],
};

/**
 * Harmless texts that look like secrets, of 30 kinds.
 * @param each how many of each kind
 * @param seed equal seeds give equal texts
 */
export function harmlessLookAlikes(each: number, seed: number): LookAlike[] {
  const chance = chanceOf(seed);
  const draw: Draw = (letters, length) =>
    Array.from({ length }, () => letters.charAt(chance(letters.length))).join('');
  return Object.entries(KINDS).flatMap(([kind, [field, one]]) =>
    Array.from({ length: each }, () => ({ kind, field, text: one(draw) })),
  );
}
