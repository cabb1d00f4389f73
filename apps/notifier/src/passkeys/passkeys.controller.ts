import { Body, Controller, Get, Headers, Post, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type LanesLogger } from '@tollgate/messaging';
import { type FastifyReply } from 'fastify';
import { type DataSource } from 'typeorm';
import { signInObstacle } from '../cast-vote/sign-in-obstacle.js';
import { voteFault } from '../cast-vote/vote-fault.js';
import { isSameOrigin, PageFaultFilter, sendOn, sendPage } from '@tollgate/pages';
import { PageLimitGuard } from '../rate-limit/page-limit.guard.js';
import { ownPath } from '../sign-in/own-path.js';
import { type Session, Sessions } from '../sign-in/sessions.js';
import { signInPath } from '../sign-in/sign-in-pages.js';
import { readAssertion, readRegistration } from './passkey-answer.js';
import { readPasskeyName } from './passkey-name.js';
import { addPasskeyPage, foreignPasskeyFormPage, passkeysPage, unprovenPage } from './passkey-pages.js';
import { pageOwner, PasskeyVotes } from './passkey-votes.js';
import { PasskeyRefused, Passkeys } from './passkeys.js';

/** What the pages of passkeys need besides what is injected. */
export abstract class PasskeySettings {
  abstract readonly dataSource: DataSource;
  /** The origin of this service, as browsers see it. */
  abstract readonly origin: string;
  /** How long ago a recent sign-in may be, in milliseconds. */
  abstract readonly recentMs: number;
  abstract readonly logger: LanesLogger;
  /** Milliseconds since 1970. */
  abstract readonly now: () => number;
}

/** The headers of a form that matter here. */
interface Sent {
  readonly cookie?: string;
  readonly origin?: string;
  readonly 'sec-fetch-site'?: string;
}

const textOf = (body: unknown, field: string): string => {
  const value: unknown = body !== null && typeof body === 'object' ? Reflect.get(body, field) : undefined;
  return typeof value === 'string' ? value : '';
};

const UNREADABLE = 'The answer of the device cannot be read. Nothing was changed; try again.';

/** A person's passkeys, and votes with them. */
@ApiTags('passkeys')
@Controller('passkeys')
@UseFilters(PageFaultFilter)
@UseGuards(PageLimitGuard)
export class PasskeysController {
  constructor(
    private readonly sessions: Sessions,
    private readonly passkeys: Passkeys,
    private readonly votes: PasskeyVotes,
    private readonly settings: PasskeySettings,
  ) {}

  @Get()
  @ApiOperation({ summary: 'My passkeys.' })
  @ApiResponse({ status: 200, description: 'text/html' })
  @ApiResponse({ status: 303, description: 'To sign in.' })
  async list(@Res() reply: FastifyReply, @Headers('cookie') cookie?: string): Promise<void> {
    const session = await this.sessions.find(cookie);
    if (session === undefined) return sendOn(reply, signInPath('/passkeys', 'recent'));
    await this.#list(reply, session);
  }

  @Post('begin')
  @ApiOperation({ summary: 'Begins to add a passkey. Needs a recent sign-in.' })
  @ApiResponse({ status: 200, description: 'text/html: the page that asks the device.' })
  @ApiResponse({ status: 303, description: 'To sign in.' })
  async begin(@Res() reply: FastifyReply, @Body() body: unknown, @Headers() sent: Sent): Promise<void> {
    const session = await this.#recent(reply, sent);
    if (session === undefined) return;
    const owner = await pageOwner(this.settings.dataSource, session.person);
    const name = readPasskeyName(textOf(body, 'name'));
    await this.#orList(reply, session, async () => {
      const options = await this.passkeys.beginAdding(session.person, owner.name);
      await sendPage(reply, 200, addPasskeyPage(owner, name, options));
    });
  }

  @Post('add')
  @ApiOperation({ summary: 'Adds a passkey, by the answer of the device. Needs a recent sign-in.' })
  @ApiResponse({ status: 303, description: 'Added; to the list.' })
  @ApiResponse({ status: 422, description: 'text/html: it proves nothing; nothing was added.' })
  async add(@Res() reply: FastifyReply, @Body() body: unknown, @Headers() sent: Sent): Promise<void> {
    const session = await this.#recent(reply, sent);
    if (session === undefined) return;
    await this.#orList(reply, session, async () => {
      const answer = readRegistration(textOf(body, 'answer'));
      if (answer === undefined) throw new PasskeyRefused(UNREADABLE);
      await this.passkeys.add(session.person, readPasskeyName(textOf(body, 'name')), answer);
      this.settings.logger.info({ person: session.person }, 'a passkey was added');
      await sendOn(reply, '/passkeys');
    });
  }

  @Post('remove')
  @ApiOperation({ summary: 'Removes a passkey. Needs a recent sign-in.' })
  @ApiResponse({ status: 303, description: 'To the list.' })
  async remove(@Res() reply: FastifyReply, @Body() body: unknown, @Headers() sent: Sent): Promise<void> {
    const session = await this.#recent(reply, sent);
    if (session === undefined) return;
    const { person } = session;
    if (await this.passkeys.remove(person, textOf(body, 'credentialId')))
      this.settings.logger.info({ person }, 'a passkey was removed');
    await sendOn(reply, '/passkeys');
  }

  @Post('vote')
  @ApiOperation({ summary: 'Decides with a passkey, by the answer of the device.' })
  @ApiResponse({ status: 303, description: 'The vote counts; to the page that it was cast on.' })
  @ApiResponse({ status: 409, description: 'text/html: it does not count, and why.' })
  @ApiResponse({ status: 422, description: 'text/html: it proves nothing; nothing was decided.' })
  async vote(@Res() reply: FastifyReply, @Body() body: unknown, @Headers() sent: Sent): Promise<void> {
    const back = ownPath(textOf(body, 'to')) ?? '/inbox';
    const session = await this.#signedIn(reply, sent, back);
    if (session === undefined) return;
    const { person } = session;
    const { dataSource, logger } = this.settings;
    const say = async (status: number, fault: string): Promise<void> =>
      sendPage(reply, status, unprovenPage(await pageOwner(dataSource, person), fault, back));
    const answer = readAssertion(textOf(body, 'answer'));
    if (answer === undefined) return say(422, UNREADABLE);
    try {
      const { outcome } = await this.votes.cast(person, textOf(body, 'requestId'), answer);
      const fault = voteFault(outcome);
      if (fault === undefined) await sendOn(reply, back);
      else await say(409, fault);
    } catch (error) {
      if (!(error instanceof PasskeyRefused)) throw error;
      logger.warn({ person, ...becauseOf(error) }, 'a vote with a passkey was refused');
      await say(422, error.message);
    }
  }

  async #list(reply: FastifyReply, { person }: Session, fault?: string): Promise<void> {
    const { passkeys, settings } = this;
    const page = passkeysPage(await pageOwner(settings.dataSource, person), await passkeys.ofPerson(person), {
      arePossible: passkeys.arePossible,
      ...(fault === undefined ? {} : { fault }),
    });
    await sendPage(reply, fault === undefined ? 200 : 422, page);
  }

  async #orList(reply: FastifyReply, session: Session, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof PasskeyRefused)) throw error;
      this.settings.logger.warn({ person: session.person, ...becauseOf(error) }, 'a passkey was refused');
      await this.#list(reply, session, error.message);
    }
  }

  async #signedIn(reply: FastifyReply, sent: Sent, to: string): Promise<Session | undefined> {
    const { origin, 'sec-fetch-site': fetchSite } = sent;
    const from = {
      ...(origin === undefined ? {} : { origin }),
      ...(fetchSite === undefined ? {} : { fetchSite }),
    };
    if (!isSameOrigin(from, this.settings.origin)) {
      await sendPage(reply, 403, foreignPasskeyFormPage());
      return undefined;
    }
    const session = await this.sessions.find(sent.cookie);
    if (session === undefined) await sendOn(reply, signInPath(to, 'recent'));
    return session;
  }

  async #recent(reply: FastifyReply, sent: Sent): Promise<Session | undefined> {
    const session = await this.#signedIn(reply, sent, '/passkeys');
    if (session === undefined) return undefined;
    const { now, recentMs } = this.settings;
    if (signInObstacle('signed-in', session, now(), recentMs) === undefined) return session;
    await sendOn(reply, signInPath('/passkeys', 'recent'));
    return undefined;
  }
}

/** For the log: what the package found wrong, which names neither keys nor challenges of anybody else. */
const becauseOf = ({ message, cause }: PasskeyRefused): { readonly why: string } => ({
  why: cause instanceof Error ? cause.message : message,
});
