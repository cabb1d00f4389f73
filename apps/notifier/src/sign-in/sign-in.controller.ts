import { Controller, Get, Headers, Post, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type LanesLogger } from '@tollgate/messaging';
import { isActive, personOf } from '@tollgate/policy';
import { provenBy } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type PolicySource } from '../approval/ruling-policy.js';
import { isSameOrigin, PageFaultFilter, sendOn, sendPage } from '@tollgate/pages';
import { PageLimitGuard } from '../rate-limit/page-limit.guard.js';
import { type OpenIdSignIn, type Vouched } from './openid-sign-in.js';
import { ownPath, START_PATH } from './own-path.js';
import { SESSION_SECONDS, Sessions } from './sessions.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignInFault } from './sign-in-fault.js';
import {
  FAULT_STATUS,
  foreignAddressPage,
  foreignSignOutPage,
  signedOutPage,
  signInFaultPage,
} from './sign-in-pages.js';

/** What signing in needs besides what is injected. */
export abstract class SignInSettings {
  /** Undefined where this service was told of no provider. */
  abstract readonly provider: OpenIdSignIn | undefined;
  abstract readonly policy: PolicySource;
  /** The origin of this service, as browsers see it. */
  abstract readonly origin: string;
  /** How long ago a recent sign-in may be, in milliseconds. */
  abstract readonly recentMs: number;
  abstract readonly logger: LanesLogger;
}

const queryOf = (url: string): string => {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
};

/** Signing in with OpenID Connect, and out. */
@ApiTags('sign-in')
@Controller()
@UseFilters(PageFaultFilter)
@UseGuards(PageLimitGuard)
export class SignInController {
  constructor(
    private readonly sessions: Sessions,
    private readonly attempts: SignInAttempts,
    private readonly settings: SignInSettings,
  ) {}

  @Get('sign-in')
  @ApiOperation({ summary: 'Sends the browser to the OpenID provider.' })
  @ApiQuery({ name: 'to', required: false, description: 'The page of this service to be on afterwards.' })
  @ApiQuery({
    name: 'ask',
    required: false,
    description: '`recent`: only a recent proof will do; `again`: the provider asks now who it is.',
  })
  @ApiResponse({ status: 303, description: 'To the provider.' })
  @ApiResponse({ status: 400, description: 'text/html: `to` leads elsewhere.' })
  async begin(
    @Res() reply: FastifyReply,
    @Query('to') to?: unknown,
    @Query('ask') ask?: unknown,
    @Headers('cookie') cookie?: string,
  ): Promise<void> {
    const path = ownPath(to);
    if (path === undefined) return sendPage(reply, 400, foreignAddressPage());
    try {
      const { provider, recentMs } = this.settings;
      if (provider === undefined) throw new SignInFault('none', 'no provider is set');
      const maxAge = ask === 'recent' || ask === 'again' ? Math.floor(recentMs / 1000) : SESSION_SECONDS;
      const { url, state, attempt } = await provider.begin(path, maxAge, ask === 'again');
      const remember = await this.attempts.begin(cookie, state, attempt);
      await sendOn(reply, url.href, { 'set-cookie': remember });
    } catch (error) {
      await this.#fault(reply, error, path);
    }
  }

  @Get('sign-in/return')
  @ApiOperation({ summary: 'Where the OpenID provider sends the browser back to.' })
  @ApiResponse({ status: 303, description: 'Signed in; to the page that was asked for.' })
  @ApiResponse({ status: 400, description: 'text/html: the attempt is over, or nothing was proven.' })
  @ApiResponse({ status: 403, description: 'text/html: refused, or not a person of the directory.' })
  @ApiResponse({ status: 503, description: 'text/html: the provider does not answer.' })
  async finish(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query('state') state?: unknown,
    @Headers('cookie') cookie?: string,
  ): Promise<void> {
    let to = START_PATH;
    try {
      const { provider } = this.settings;
      if (provider === undefined) throw new SignInFault('none', 'no provider is set');
      const attempt = typeof state === 'string' ? await this.attempts.take(cookie, state) : undefined;
      if (attempt === undefined || typeof state !== 'string')
        throw new SignInFault('expired', 'there is no such attempt of this browser');
      to = attempt.to;
      const vouched = await provider.finish(queryOf(request.url), state, attempt);
      const person = this.#personOf(vouched);
      const { issuer, subject, authenticatedAt, acr } = vouched;
      const session = await this.sessions.begin(cookie, {
        person,
        issuer,
        subject,
        method: provenBy(acr),
        signedInAt: authenticatedAt,
      });
      this.settings.logger.info({ person }, 'signed in');
      await sendOn(reply, to, { 'set-cookie': session });
    } catch (error) {
      await this.#fault(reply, error, to);
    }
  }

  @Post('sign-out')
  @ApiOperation({ summary: 'Ends the session of this browser.' })
  @ApiResponse({ status: 200, description: 'text/html' })
  @ApiResponse({ status: 403, description: 'text/html: the form did not come from a page of this service.' })
  async end(
    @Res() reply: FastifyReply,
    @Headers('cookie') cookie?: string,
    @Headers('origin') origin?: string,
    @Headers('sec-fetch-site') fetchSite?: string,
  ): Promise<void> {
    const sent = {
      ...(origin === undefined ? {} : { origin }),
      ...(fetchSite === undefined ? {} : { fetchSite }),
    };
    if (!isSameOrigin(sent, this.settings.origin)) return sendPage(reply, 403, foreignSignOutPage());
    const cleared = await this.sessions.end(cookie);
    await sendPage(reply, 200, signedOutPage(), { 'set-cookie': cleared });
  }

  #personOf({ issuer, subject }: Vouched): string {
    const ruling = this.settings.policy.current();
    if (ruling === undefined) throw new SignInFault('provider-down', 'no policy rules yet');
    const person = personOf(ruling.policy, issuer, subject);
    if (person === undefined)
      throw new SignInFault('unknown-person', `the directory has no person with the identity ${subject}`);
    if (!isActive(ruling.policy, person))
      throw new SignInFault('unknown-person', `${person} is not active in the directory`);
    return person;
  }

  async #fault(reply: FastifyReply, error: unknown, to: string): Promise<void> {
    if (!(error instanceof SignInFault)) throw error;
    const { kind, message, cause } = error;
    // Not the cause as a whole: it may hold what came from the provider.
    const because = cause instanceof Error ? { because: cause.message } : {};
    if (kind !== 'none') this.settings.logger.warn({ kind, why: message, ...because }, 'not signed in');
    await sendPage(reply, FAULT_STATUS[error.kind], signInFaultPage(error.kind, to));
  }
}
