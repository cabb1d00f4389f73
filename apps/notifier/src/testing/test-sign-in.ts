import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { TEST_ISSUER } from './test-policy.js';
import { type TestService } from './test-service.js';

/** What the specs hand in of @tollgate/servers. */
export interface SignInServers<Provider extends RunningProvider> {
  freePort(): Promise<number>;
  startSignInProvider(options: {
    readonly issuer: string;
    readonly port: number;
    readonly client: { readonly id: string; readonly secret: string; readonly returnUrls: readonly string[] };
    readonly key: Readonly<Record<string, unknown>>;
    readonly people: () => readonly { readonly subject: string; readonly name: string }[];
    readonly acr?: (subject: string) => string | undefined;
  }): Promise<Provider>;
}

/** A provider that runs. */
export interface RunningProvider {
  readonly discoveryUrl: string;
  stop(): Promise<void>;
}

const CLIENT = 'tollgate-notifier';
const SECRET = 'the secret of the client';

/** A real OpenID provider for a notifier in this process. It can be stopped and started again. */
export class TestSignIn<Provider extends RunningProvider> {
  /** What the provider says of how it knows a person. */
  acr: string | undefined;
  readonly #key = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  #provider: Provider | undefined;

  private constructor(
    private readonly service: TestService,
    private readonly servers: SignInServers<Provider>,
    private readonly port: number,
    private readonly folder: string,
    /** Of the notifier: by name, as passkeys want it. */
    readonly origin: string,
  ) {}

  static async prepare<Provider extends RunningProvider>(
    service: TestService,
    servers: SignInServers<Provider>,
  ): Promise<TestSignIn<Provider>> {
    const folder = await mkdtemp(join(tmpdir(), 'sign-in-'));
    await writeFile(join(folder, 'secret'), SECRET);
    const origin = `http://localhost:${service.port}`;
    const signIn = new TestSignIn(service, servers, await servers.freePort(), folder, origin);
    await signIn.start();
    return signIn;
  }

  /** For the notifier that is to know the provider. */
  get settings(): Record<string, string> {
    return {
      PUBLIC_URL: this.origin,
      OIDC_DISCOVERY_URL: `http://localhost:${this.port}/.well-known/openid-configuration`,
      OIDC_CLIENT_ID: CLIENT,
      OIDC_CLIENT_SECRET_FILE: join(this.folder, 'secret'),
    };
  }

  async start(issuer = TEST_ISSUER): Promise<void> {
    this.#provider = await this.servers.startSignInProvider({
      issuer,
      port: this.port,
      client: { id: CLIENT, secret: SECRET, returnUrls: [`${this.origin}/sign-in/return`] },
      key: { ...this.#key, kid: 'test' },
      people: () => [{ subject: 'erin', name: 'Erin' }],
      acr: () => this.acr,
    });
  }

  async stop(): Promise<void> {
    await this.#provider?.stop();
    this.#provider = undefined;
  }

  async drop(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs a statement on the notifier's database as an administrator. */
  async database<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.service.database.adminUrl });
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }
}
