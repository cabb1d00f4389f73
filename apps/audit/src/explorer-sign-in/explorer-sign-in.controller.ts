import { Body, Controller, Get, Headers, Ip, Post, Query, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { isSameOrigin, PageFaultFilter, sendOn, sendPage } from '@tollgate/pages';
import { Problem, sha256Hex } from '@tollgate/runtime';
import { type FastifyReply } from 'fastify';
import { type BrowserHeaders, ExplorerDoor } from '../explorer-page/explorer-door.js';
import { Readers } from '../ledger-reader/readers.js';
import { FailedSignIns } from './failed-sign-ins.js';
import { ownPlace } from './own-place.js';
import { signInPage } from './sign-in-page.js';

const textOf = (body: unknown, field: string): string => {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, field) : undefined;
  return typeof value === 'string' ? value : '';
};

/** Signing in with a reader's key, and out. */
@ApiExcludeController()
@UseFilters(PageFaultFilter)
@Controller()
export class ExplorerSignInController {
  readonly #failed = new FailedSignIns();

  constructor(
    private readonly door: ExplorerDoor,
    private readonly readers: Readers,
  ) {}

  @Get('sign-in')
  async ask(@Query('to') to: unknown, @Res() reply: FastifyReply): Promise<void> {
    await sendPage(reply, 200, signInPage({ to: ownPlace(to) }));
  }

  @Post('sign-in')
  async signIn(
    @Body() body: unknown,
    @Headers() headers: BrowserHeaders,
    @Ip() address: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.#mustBeOurs(headers);
    const to = ownPlace(textOf(body, 'to'));
    const wait = this.#failed.waitOf(address);
    if (wait > 0) {
      const fault = `Too many wrong keys came from your address. Try again in ${wait} seconds.`;
      await sendPage(reply, 429, signInPage({ to, fault }), { 'retry-after': String(wait) });
      return;
    }
    const reader = this.readers.find(sha256Hex(textOf(body, 'key').trim()));
    if (reader === undefined || !reader.scopes.has('ledger:read')) {
      this.#failed.count(address);
      const fault =
        reader === undefined
          ? 'This key opens nothing here. Look whether all of it was pasted.'
          : 'This key may not read the ledger page by page: it lacks the scope ledger:read.';
      await sendPage(reply, reader === undefined ? 401 : 403, signInPage({ to, fault }));
      return;
    }
    await sendOn(reply, to, { 'set-cookie': this.door.sessions.begin(reader).setCookie });
  }

  @Post('sign-out')
  async signOut(@Headers() headers: BrowserHeaders, @Res() reply: FastifyReply): Promise<void> {
    this.#mustBeOurs(headers);
    await sendOn(reply, '/sign-in', { 'set-cookie': this.door.sessions.end(headers.cookie) });
  }

  /** @throws Problem 403 for a form of another site's page */
  #mustBeOurs({ origin, 'sec-fetch-site': fetchSite }: BrowserHeaders): void {
    if (!isSameOrigin({ origin, fetchSite }, this.door.origin))
      throw new Problem(403, 'foreign-form', 'This form did not come from a page of the ledger', {
        detail: 'Open the sign-in page of the ledger itself, and use its form.',
      });
  }
}
