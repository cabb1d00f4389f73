import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFolder, prepareDataFolder, type DataFolder } from './data-folder.js';
import {
  DATABASE_ROLES,
  keyFilesIn,
  makeKeyFiles,
  STACK_KAFKA_USERS,
  stackSecrets,
} from './stack-secrets.js';

let folder: DataFolder;
beforeEach(() => {
  folder = dataFolder(mkdtempSync(join(tmpdir(), 'tollgate-secrets-')));
  prepareDataFolder(folder, false);
});
afterEach(() => rmSync(folder.root, { recursive: true }));

const othersMay = (file: string) => statSync(file).mode & 0o077;

describe('the secrets of a stack', () => {
  it('are made once, a password for each role, all different', () => {
    const secrets = stackSecrets(folder);
    expect(stackSecrets(folder)).toEqual(secrets);
    const all = [
      ...DATABASE_ROLES.map((role) => secrets.databasePasswords[role]),
      ...STACK_KAFKA_USERS.map((user) => secrets.kafkaPasswords[user]),
      secrets.operatorKey,
      secrets.ledgerReaderKey,
    ];
    expect(new Set(all).size).toBe(DATABASE_ROLES.length + STACK_KAFKA_USERS.length + 2);
    for (const secret of all) expect(secret).toMatch(/^(tg[ol]_)?[\w-]{43}$/);
    expect(othersMay(folder.secrets)).toBe(0);
  });

  it('are anew after a fresh start, which leaves alone what is not ours', () => {
    const before = stackSecrets(folder);
    const foreign = join(folder.root, 'notes.txt');
    writeFileSync(foreign, 'mine');
    prepareDataFolder(folder, true);
    expect(stackSecrets(folder)).not.toEqual(before);
    expect(readFileSync(foreign, 'utf8')).toBe('mine');
  });

  it('of a start before there were users at the broker are kept, and those users get passwords', () => {
    const { kafkaPasswords, ...before } = stackSecrets(folder);
    writeFileSync(folder.secrets, JSON.stringify(before));
    const after = stackSecrets(folder);
    expect(after).toMatchObject(before);
    expect(Object.keys(after.kafkaPasswords)).toEqual(Object.keys(kafkaPasswords));
    expect(stackSecrets(folder)).toEqual(after);
    expect(othersMay(folder.secrets)).toBe(0);
  });

  it('give a user whose password was taken out another one', () => {
    const { kafkaPasswords, ...others } = stackSecrets(folder);
    const { router, ...kept } = kafkaPasswords;
    writeFileSync(folder.secrets, JSON.stringify({ ...others, kafkaPasswords: kept }));
    const after = stackSecrets(folder).kafkaPasswords;
    expect(after).toMatchObject(kept);
    expect(after['router']).not.toBe(router);
    const files = keyFilesIn(folder);
    makeKeyFiles(files, stackSecrets(folder));
    expect(readFileSync(files.kafkaPasswords.router, 'utf8')).toBe(`${after['router']}\n`);
  });

  it('are refused when somebody else wrote them', () => {
    writeFileSync(folder.secrets, '{"operatorKey": 1}');
    expect(() => stackSecrets(folder)).toThrow('--fresh');
  });
});

describe('the key files of a stack', () => {
  it('are made once, the private ones for their owner alone', () => {
    const files = keyFilesIn(folder);
    makeKeyFiles(files, stackSecrets(folder));
    const texts = () =>
      Object.values(files)
        .flatMap((file) => (typeof file === 'string' ? [file] : Object.values<string>(file)))
        .map((file: string) => readFileSync(file, 'utf8'));
    const before = texts();
    makeKeyFiles(files, stackSecrets(folder));
    expect(texts()).toEqual(before);
    for (const file of [
      files.releaseKey,
      files.linkSecret,
      files.redactionKey,
      files.producerWebhookKey,
      files.developmentIssuerKey,
      files.kafkaPasswords.router,
    ])
      expect(othersMay(file)).toBe(0);
    expect(Buffer.from(readFileSync(files.linkSecret, 'utf8').trim(), 'base64url')).toHaveLength(32);
  });

  it('let the public key of the development issuer verify what its private key signs', () => {
    const files = keyFilesIn(folder);
    makeKeyFiles(files, stackSecrets(folder));
    const { keys } = JSON.parse(readFileSync(files.developmentIssuerJwks, 'utf8'));
    const own = JSON.parse(readFileSync(files.developmentIssuerKey, 'utf8'));
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toHaveProperty('d');
    expect(keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: own.kid });
    const message = Buffer.from('message');
    const signature = sign(null, message, createPrivateKey({ key: own, format: 'jwk' }));
    expect(verify(null, message, createPublicKey({ key: keys[0], format: 'jwk' }), signature)).toBe(true);
  });
});
