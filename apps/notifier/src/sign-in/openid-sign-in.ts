import * as openid from 'openid-client';
import { type SignInAttempt } from './sign-in-attempts.js';
import { SignInFault } from './sign-in-fault.js';

/** The provider at which people sign in. */
export interface OpenIdSettings {
  /** Of the discovery document (OpenID Connect Discovery 1.0). */
  readonly discoveryUrl: string;
  /** The issuer that the document must name. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends people back to: the whole URL. */
  readonly returnUrl: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Whom the provider vouches for. */
export interface Vouched {
  readonly issuer: string;
  readonly subject: string;
  /** When the person proved who they are, milliseconds since 1970. */
  readonly authenticatedAt: number;
  /** How, in the provider's words (`acr`). */
  readonly acr?: string;
}

/** The provider's metadata and keys are read anew after this time. */
const DISCOVERED_FOR_MS = 60 * 60 * 1000;
/** How long the provider may take to answer, in seconds: a person is waiting. */
const TIMEOUT_SECONDS = 5;
/** Codes by which the client says that the provider was not reached, or was out of order. */
const OUT_OF_ORDER = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM']);
/** Those of the system and of undici, e.g. `ECONNREFUSED`, `EAI_AGAIN`, `UND_ERR_SOCKET`; not `ERR_…` of Node.js. */
const NOT_REACHED = /^(E(?!RR_)[A-Z_]+|UND_ERR_\w+)$/;

function isOutOfOrder(error: unknown): boolean {
  if (error instanceof openid.ResponseBodyError) return error.status >= 500;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code: unknown = Reflect.get(cause, 'code');
    if (typeof code === 'string' && (OUT_OF_ORDER.has(code) || NOT_REACHED.test(code))) return true;
  }
  return false;
}

/**
 * Signs people in at an OpenID provider: authorization code flow with PKCE (OAuth 2.0 Security BCP, RFC 9700). The
 * provider is looked up when the first person comes, so this service also starts while the provider is away.
 */
export class OpenIdSignIn {
  #discovered: { readonly provider: openid.Configuration; readonly at: number } | undefined;
  #discovering: Promise<openid.Configuration> | undefined;

  constructor(private readonly settings: OpenIdSettings) {}

  /**
   * @param again the person shall prove anew who they are, even if the provider knows them
   * @returns where to send the browser, and what to remember until it comes back
   * @throws SignInFault `provider-down`, `misconfigured`
   */
  async begin(
    to: string,
    maxAge: number,
    again: boolean,
  ): Promise<{ readonly url: URL; readonly state: string; readonly attempt: SignInAttempt }> {
    const provider = await this.#provider();
    const codeVerifier = openid.randomPKCECodeVerifier();
    const state = openid.randomState();
    const nonce = openid.randomNonce();
    const url = openid.buildAuthorizationUrl(provider, {
      redirect_uri: this.settings.returnUrl,
      scope: 'openid',
      code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      // Asked for this, a provider has to say when it saw the person (OpenID Connect Core, 2).
      max_age: String(maxAge),
      ...(again ? { prompt: 'login' } : {}),
    });
    return { url, state, attempt: { to, nonce, codeVerifier, maxAge } };
  }

  /**
   * @param query of the address at which the browser came back, as it came
   * @throws SignInFault for whatever is not a proof by the provider for this attempt
   */
  async finish(query: string, state: string, attempt: SignInAttempt): Promise<Vouched> {
    const provider = await this.#provider();
    const address = new URL(this.settings.returnUrl);
    address.search = query;
    try {
      const tokens = await openid.authorizationCodeGrant(provider, address, {
        expectedState: state,
        expectedNonce: attempt.nonce,
        pkceCodeVerifier: attempt.codeVerifier,
        maxAge: attempt.maxAge,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims?.auth_time === undefined)
        throw new SignInFault('unproven', 'the provider does not say when it saw the person (auth_time)');
      return {
        issuer: claims.iss,
        subject: claims.sub,
        authenticatedAt: claims.auth_time * 1000,
        ...(typeof claims['acr'] === 'string' ? { acr: claims['acr'] } : {}),
      };
    } catch (error) {
      throw faultOf(error);
    }
  }

  async #provider(): Promise<openid.Configuration> {
    const known = this.#discovered;
    if (known !== undefined && this.settings.now() - known.at < DISCOVERED_FOR_MS) return known.provider;
    this.#discovering ??= this.#discover().finally(() => (this.#discovering = undefined));
    try {
      return await this.#discovering;
    } catch (error) {
      // What was true an hour ago is better than nobody signing in; the keys are still the provider's.
      if (known !== undefined && error instanceof SignInFault && error.kind === 'provider-down')
        return known.provider;
      throw error;
    }
  }

  async #discover(): Promise<openid.Configuration> {
    const { discoveryUrl, issuer, clientId, clientSecret, now } = this.settings;
    const url = new URL(discoveryUrl);
    const execute = [openid.enableNonRepudiationChecks];
    // The client wants https everywhere unless the operator has said http here, as for the provider of a laptop.
    if (url.protocol === 'http:') execute.push(openid.allowInsecureRequests);
    let found: openid.Configuration;
    try {
      found = await openid.discovery(url, clientId, clientSecret, undefined, {
        timeout: TIMEOUT_SECONDS,
        execute,
      });
    } catch (error) {
      if (isOutOfOrder(error))
        throw new SignInFault('provider-down', `the provider does not answer at ${discoveryUrl}`, {
          cause: error,
        });
      throw new SignInFault('misconfigured', `${discoveryUrl} is no discovery document`, { cause: error });
    }
    const metadata = found.serverMetadata();
    if (metadata.issuer !== issuer)
      throw new SignInFault(
        'misconfigured',
        `the discovery document at ${discoveryUrl} is of ${metadata.issuer}, and APPROVER_ISSUER is ${issuer}`,
      );
    const methods = metadata.token_endpoint_auth_methods_supported;
    const provider = new openid.Configuration(
      metadata,
      clientId,
      {},
      // What is left unsaid is the header (OpenID Connect Discovery 1.0, 3).
      methods === undefined || methods.includes('client_secret_basic')
        ? openid.ClientSecretBasic(clientSecret)
        : openid.ClientSecretPost(clientSecret),
    );
    provider.timeout = TIMEOUT_SECONDS;
    for (const apply of execute) apply(provider);
    this.#discovered = { provider, at: now() };
    return provider;
  }
}

function faultOf(error: unknown): SignInFault {
  if (error instanceof SignInFault) return error;
  if (error instanceof openid.AuthorizationResponseError)
    return new SignInFault('denied', `the provider answered ${error.error}`, { cause: error });
  if (isOutOfOrder(error))
    return new SignInFault('provider-down', 'the provider does not redeem the code', { cause: error });
  if (error instanceof openid.ResponseBodyError)
    return new SignInFault(
      error.error === 'invalid_grant' ? 'expired' : 'misconfigured',
      `the provider answered ${error.error} to the code`,
      { cause: error },
    );
  if (error instanceof openid.ClientError || error instanceof openid.WWWAuthenticateChallengeError)
    return new SignInFault('unproven', error.message, { cause: error });
  throw error;
}
