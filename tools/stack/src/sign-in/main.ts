/** The OpenID provider of the local stack: for development, without passwords. */
import { readFileSync } from 'node:fs';
import { startSignInProvider } from '@tollgate/servers';
import { peopleOfDirectory } from './people-of-directory.js';
import { signInConfig } from './sign-in.config.js';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const settings = signInConfig(process.env);
const { issuer, returnUrl, directoryFile, contactsFile } = settings;
const key: unknown = JSON.parse(readFileSync(settings.keyFile, 'utf8'));
if (!isObject(key)) throw new Error('KEY_FILE holds no JWK');

const provider = await startSignInProvider({
  issuer,
  port: settings.port,
  host: settings.host,
  publicUrl: settings.publicUrl,
  client: {
    id: settings.clientId,
    secret: readFileSync(settings.clientSecretFile, 'utf8').trim(),
    returnUrls: [returnUrl],
  },
  key,
  // Read for each page, so that a changed file counts at once.
  people: () =>
    peopleOfDirectory(readFileSync(directoryFile, 'utf8'), readFileSync(contactsFile, 'utf8'), issuer),
});
process.stdout.write(`sign-in listens at ${provider.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void provider.stop().then(() => process.exit(0)));
