import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Provider } from 'oidc-provider';
import { LOCAL_HOST } from '../ports.js';
import { memoryAdapters } from './memory-adapter.js';
import { faultPage, pickPage, type Pickable } from './pick-page.js';

/** What {@link startSignInProvider} is told. */
export interface SignInProviderOptions {
  /** `iss` of all it signs; it may be another address than the one at which it listens. */
  readonly issuer: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Default: this machine only. */
  readonly host?: string;
  /** Where browsers reach it, if that is not where services do. */
  readonly publicUrl?: string;
  /** The one client: the service at which people sign in. */
  readonly client: { readonly id: string; readonly secret: string; readonly returnUrls: readonly string[] };
  /** Ed25519 private key as JWK, with `alg` and `kid`. */
  readonly key: Readonly<Record<string, unknown>>;
  /** Those who can be picked; asked for each page, so that it follows the directory. */
  readonly people: () => readonly Pickable[] | Promise<readonly Pickable[]>;
  /** How surely a person is known, in the words of `acr`; nothing by default. */
  readonly acr?: (subject: string) => string | undefined;
}

/** A provider that runs in this process. */
export interface SignInProvider {
  /** As in `http://localhost:4600`. */
  readonly url: string;
  readonly discoveryUrl: string;
  stop(): Promise<void>;
}

const INTERACTION = /^\/interaction\/([\w-]{1,100})$/;
const LONGEST_FORM = 4096;

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > LONGEST_FORM) break;
  }
  return new URLSearchParams(text);
}

const answer = (response: ServerResponse, status: number, html: string): void => {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  });
  response.end(html);
};

async function providerOf(options: SignInProviderOptions): Promise<Provider> {
  // Only where it is needed: the package is there for development alone.
  const { Provider } = await import('oidc-provider');
  const { client, issuer, key, publicUrl } = options;
  const provider = new Provider(issuer, {
    adapter: memoryAdapters(),
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [...client.returnUrls],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'EdDSA',
        require_auth_time: true,
      },
    ],
    jwks: { keys: [{ ...key, kty: 'OKP', alg: 'EdDSA', use: 'sig' }] },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: {
        session: 'tollgate_dev_session',
        interaction: 'tollgate_dev_interaction',
        resume: 'tollgate_dev_resume',
      },
    },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    claims: { openid: ['sub', 'acr'] },
    conformIdTokenClaims: false,
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, subject) => ({ accountId: subject, claims: () => ({ sub: subject }) }),
    // The one client is ours, so nobody is asked whether it may know them.
    loadExistingGrant: async ({ oidc }) => {
      if (oidc.client === undefined || oidc.session?.accountId === undefined) return undefined;
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    renderError: (ctx, { error, error_description: description }) => {
      ctx.type = 'html';
      ctx.body = faultPage(`${error}: ${description ?? 'no more is known'}`);
    },
    ttl: { Session: 12 * 60 * 60, Interaction: 60 * 60, Grant: 12 * 60 * 60, IdToken: 600, AccessToken: 600 },
  });
  if (publicUrl !== undefined) {
    provider.use(async (ctx, next) => {
      await next();
      const { body } = ctx;
      if (ctx.oidc?.route === 'discovery' && body !== null && typeof body === 'object') {
        const { pathname } = new URL(String(Reflect.get(body, 'authorization_endpoint')));
        Reflect.set(body, 'authorization_endpoint', new URL(pathname, publicUrl).href);
      }
    });
  }
  return provider;
}

async function pick(
  provider: Provider,
  { people, acr }: SignInProviderOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') {
    await provider.interactionDetails(request, response);
    return answer(response, 200, pickPage(request.url ?? '', await people()));
  }
  const form = await readForm(request);
  const subject = form.get('subject')?.trim() ?? '';
  const result =
    form.has('refuse') || subject === ''
      ? { error: 'access_denied', error_description: 'nobody was picked' }
      : { login: { accountId: subject, acr: acr?.(subject) } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const listening = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => resolve());
  });

/**
 * Starts an OpenID provider in this process, at which one picks who one is: for development and specs. There is no
 * password.
 * @throws Error where the port is taken
 */
export async function startSignInProvider(options: SignInProviderOptions): Promise<SignInProvider> {
  const provider = await providerOf(options);
  const pass = provider.callback();
  const server = createServer((request, response) => {
    if (!INTERACTION.test(request.url ?? '')) return void pass(request, response);
    pick(provider, options, request, response).catch((error: unknown) => {
      // The interaction is over, or belongs to another browser; the package says so by an error.
      const what = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else answer(response, 400, faultPage(`${what}. Go back to where you came from and sign in again.`));
    });
  });
  await listening(server, options.port, options.host ?? LOCAL_HOST);
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  const url = `http://localhost:${port}`;
  return {
    url,
    discoveryUrl: `${url}/.well-known/openid-configuration`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
