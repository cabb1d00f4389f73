import { describe, expect, it } from '@jest/globals';
import { type JsonValue } from '@tollgate/contracts';
import { syntheticSecrets } from '@tollgate/servers';
import { SecretMarker } from './secret-marker.js';
import { SecretScanner } from './secret-scanner.js';

const scanner = new SecretScanner();
const marker = new SecretMarker('k'.repeat(32));
const mark = (value: string): string => marker.mark('request', value);
const MARKER = /\[secret-[0-9a-f]{8}\]/;

const SECRETS = syntheticSecrets(3, 20_261_122);
const KINDS = [...new Set(SECRETS.map(({ kind }) => kind))];
const ofKind = (kind: string) => SECRETS.filter((secret) => secret.kind === kind);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Where a secret can stand in what must not be changed, by what that is called. */
const PLACES: Readonly<Record<string, (text: string) => [document: JsonValue, pointer: string]>> = {
  'an action': (text) => [{ action: text }, '/action'],
  'a value': (text) => [{ parameters: { note: text } }, '/parameters/note'],
  'a name': (text) => [{ parameters: { [text]: true } }, '/parameters/<marker>'],
  'a name on the way': (text) => [{ parameters: { [text]: { a: 'plain' } } }, '/parameters/<marker>'],
  'a nested list': (text) => [{ target: { a: [{ b: ['x', text] }] } }, '/target/a/0/b/1'],
  'the middle of a text': (text) => [{ target: { a: `before ${text} after` } }, '/target/a'],
  'JSON within a text': (text) => [
    { parameters: { document: JSON.stringify({ spec: { items: [text] } }) } },
    '/parameters/document',
  ],
  'JSON within JSON within a text': (text) => [
    { parameters: { document: JSON.stringify({ inner: JSON.stringify({ text }) }) } },
    '/parameters/document',
  ],
  base64: (text) => [{ parameters: { manifest: base64(text) } }, '/parameters/manifest'],
  'base64 within JSON within a text': (text) => [
    { parameters: { document: JSON.stringify({ data: { file: base64(text) } }) } },
    '/parameters/document',
  ],
  'JSON within base64': (text) => [
    { parameters: { state: base64(JSON.stringify({ text })) } },
    '/parameters/state',
  ],
  'percent escapes': (text) => [
    { parameters: { link: `https://example.com/?next=${encodeURIComponent(` ${text}`)}` } },
    '/parameters/link',
  ],
};

describe.each(KINDS)('a secret of the kind %s', (kind) => {
  it.each(Object.keys(PLACES))('is detected in %s, and nowhere named', async (place) => {
    for (const { value, text } of ofKind(kind)) {
      const [document, pointer] = PLACES[place]?.(text) ?? [{}, ''];
      const detections = await scanner.detect(document, mark);
      expect(detections.map((each) => each.pointer.replace(MARKER, '<marker>'))).toContain(pointer);
      expect(JSON.stringify(detections)).not.toContain(value);
    }
  });

  it.each<[string, (text: string) => string]>([
    ['alone', (text) => text],
    ['in a sentence', (text) => `As agreed: ${text} , please deploy.`],
    ['in brackets', (text) => `It is new (${text}), so deploy.`],
    ['in JSON', (text) => JSON.stringify({ config: { text } })],
    ['in escaped JSON', (text) => `The body was ${JSON.stringify(JSON.stringify({ text }))}.`],
    ['in base64', (text) => `Applied ${base64(text)} yesterday.`],
    ['twice', (text) => `${text}\n${text}`],
    [
      'behind what would silence a linter',
      (text) => `secretlint-disable\n${text} // secretlint-disable-line`,
    ],
  ])('is cut out of a free text: %s', async (_how, written) => {
    for (const { value, text } of ofKind(kind)) {
      const redacted = await scanner.redact(written(text), 'reason', mark);
      expect(redacted.text).toMatch(MARKER);
      expect(redacted.text).not.toContain(value);
      expect(redacted.text).not.toContain(base64(value).slice(0, -4));
      expect(await scanner.redact(redacted.text, 'reason', mark)).toEqual({ text: redacted.text, cuts: [] });
    }
  });
});

describe('what its name tells', () => {
  it.each<[string, JsonValue, string]>([
    ['a password', { password: 'hunter2' }, '/password'],
    ['a number', { db: { password: 48_151_623 } }, '/db/password'],
    ['a list', { passwords: { db_password: ['swordfish!'] } }, '/passwords/db_password/0'],
    ['a name beside it', { env: [{ name: 'DB_PASSWORD', value: 'swordfish' }] }, '/env/0/value'],
    ['a name above it', { dbPassword: { value: 'swordfish' } }, '/dbPassword/value'],
    ['a header', { headers: { Authorization: 'token 3f9a1c0be71d' } }, '/headers/Authorization'],
    [
      'credentials of Docker',
      { auths: { 'r.example': { auth: base64('bob:swordfish') } } },
      '/auths/r.example/auth',
    ],
    ['a private JWK', { key: { kty: 'OKP', crv: 'Ed25519', d: 'short' } }, '/key/d'],
  ])('is detected: %s', async (_what, document, pointer) => {
    expect((await scanner.detect(document, mark)).map((each) => each.pointer)).toEqual([pointer]);
  });

  it.each<[string, JsonValue]>([
    ['a variable', { password: '${DB_PASSWORD}' }],
    ['a template', { token: '{{ vault.token }}' }],
    ['a reference', { secret: 'vault:secret/data/checkout#password' }],
    ['a file', { passwordFile: '/run/secrets/db', password: '/run/secrets/db' }],
    ['a state', { password: 'unchanged', secret: 'rotated', token: 'required' }],
    ['a name of something', { secretName: 'checkout-tls', secret: 'checkout-db-credentials-v2' }],
    ['a rule about it', { passwordPolicy: 'minLength14NoReuse5', tokenTtl: 'PT15M', maxTokens: 4096 }],
    ['a marker', { password: mark('swordfish') }],
  ])('is none: %s', async (_what, document) => {
    expect(await scanner.detect(document, mark)).toEqual([]);
  });
});

describe('a free text', () => {
  const redact = async (text: string) => (await scanner.redact(text, 'reason', mark)).text;

  it('keeps everything but the secret', async () => {
    const written =
      'Restart checkout, the password is swordfish-42 since Friday; see https://example.com/a?b=c';
    expect(await redact(written)).toBe(written.replace('swordfish-42', mark('swordfish-42')));
  });

  it.each([
    'Server=db;User Id=app;Password=p4ss;w<rd!x;Encrypt=true',
    'password="two words; and, more"',
    'mysqldump -h db -pSw0rdfish --all',
    'curl -u deployer:Sw0rdfish! https://example.com',
    'login --password Sw0rdfish!',
  ])('loses all of a password: %s', async (written) => {
    const redacted = await redact(written);
    expect(redacted).toMatch(MARKER);
    expect(redacted).not.toMatch(/p4|w<rd|words|Sw0rd/);
  });

  it('loses what was found once wherever else it stands', async () => {
    expect(await redact('DB_PASSWORD=swordfish42 — log in with swordfish42')).toBe(
      `DB_PASSWORD=${mark('swordfish42')} — log in with ${mark('swordfish42')}`,
    );
  });

  it.each([
    'The password was reset, and a token is required now.',
    'Rotate the secret: checkout-db-credentials. The API key of billing expired.',
    'password policy: at least 14 characters',
    'Bearer authentication stays as it is; docker run -u 1000:1000 works.',
  ])('is left alone where it only speaks of secrets: %s', async (written) => {
    expect(await redact(written)).toBe(written);
  });
});

describe('a marker', () => {
  it('is the same for the same value within a scope, and another in another scope or installation', () => {
    expect(marker.mark('a', 'x')).toBe(marker.mark('a', 'x'));
    const others = [marker.mark('a', 'y'), marker.mark('b', 'x'), new SecretMarker('other').mark('a', 'x')];
    expect(new Set([...others, marker.mark('a', 'x')]).size).toBe(4);
  });
});

describe('what a policy says', () => {
  const ours = new SecretScanner({
    rules: [{ id: 'acme-key', pattern: 'acme_([a-z]{8})' }],
    allow: [
      { rule: 'aws-access-key-id', field: 'parameters.known' },
      { rule: 'acme-key', field: 'target.*.id' },
      { rule: 'jwt', field: 'reason' },
    ],
  });
  const pointers = async (document: JsonValue) =>
    (await ours.detect(document, mark)).map(({ rule, pointer }) => `${rule} ${pointer}`);
  const aws = ofKind('AWS access key id')[0]?.text ?? '';
  const jwt = ofKind('JWT')[0]?.text ?? '';

  it('adds rules, of which the last group is the secret', async () => {
    expect(await pointers({ parameters: { a: 'acme_abcdefgh' } })).toEqual(['acme-key /parameters/a']);
    const { text } = await ours.redact('use acme_abcdefgh', 'reason', mark);
    expect(text).toBe(`use acme_${mark('abcdefgh')}`);
  });

  it('allows a rule in a field and below it, and nowhere else', async () => {
    expect(await pointers({ parameters: { known: aws } })).toEqual([]);
    expect(await pointers({ parameters: { known: [{ deep: aws }] } })).toEqual([]);
    expect(await pointers({ parameters: { unknown: aws }, target: { known: aws } })).toEqual([
      'aws-access-key-id /parameters/unknown',
      'aws-access-key-id /target/known',
    ]);
    expect(await pointers({ target: { a: { id: 'acme_abcdefgh', no: 'acme_abcdefgh' } } })).toEqual([
      'acme-key /target/a/no',
    ]);
  });

  it('allows no other rule there', async () => {
    expect(await pointers({ parameters: { known: `${aws} ${jwt}` } })).toEqual(['jwt /parameters/known']);
    expect((await ours.redact(`see ${jwt} of ${aws}`, 'reason', mark)).text).toBe(
      `see ${jwt} of ${mark(aws)}`,
    );
  });
});

describe('input that is made to take long', () => {
  it.each([
    'token:',
    '?key=',
    'secret=a ',
    'eyJhbGciO.',
    'password is ',
    '://a:',
    '%41',
    'https://a:b',
    '{"a":',
  ])('is looked at to its end: %s again and again', async (unit) => {
    const text = unit.repeat(250_000 / unit.length);
    const secret = ofKind('GitHub token')[0]?.text ?? '';
    const detections = await scanner.detect({ parameters: { text: `${text} ${secret}` } }, mark);
    expect(detections.map(({ pointer }) => pointer)).toContain('/parameters/text');
  });
});
