import { Body, Controller, Get, Headers, Ip, Post, Query, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isUuid } from '@tollgate/contracts';
import { type FastifyReply } from 'fastify';
import { type DataSource } from 'typeorm';
import { contacts } from '../contacts/contacts.store.js';
import { Statement } from '../database/statement.js';
import { delegationDocument } from '../delegation/delegation-document.js';
import { Delegations } from '../delegation/delegations.js';
import { PageFaultFilter, sendOn, sendPage } from '@tollgate/pages';
import {
  absenceTimes,
  type AbsenceTyped,
  declaredFaults,
  type Meant,
  personMeant,
  readAbsence,
  revokedFault,
} from './absence-form.js';
import { absencePage } from './absence-page.js';
import { FindWaiting } from './find-waiting.js';
import { fillInAgainPage, foreignInboxFormPage } from './form-faults.js';
import { requestInWords } from './in-words.js';
import { type BrowserHeaders, InboxDoor, type Reader, signedInAs } from './inbox-door.js';
import { hasPartIn } from './several.js';

/** What the page of absences needs besides what is injected. */
export abstract class AbsenceSettings {
  abstract readonly dataSource: DataSource;
  /** Milliseconds since 1970. */
  abstract readonly now: () => number;
}

const PATH = '/inbox/absence';
const DONE: Readonly<Record<string, string>> = {
  declared: 'It is declared.',
  revoked: 'It is revoked. What was decided by it stays decided.',
};

const meant = new Statement<Meant>(
  'contact_meant',
  'SELECT person, name, email FROM contact WHERE person = $1 OR lower(name) = lower($1) OR lower(email) = lower($1) ORDER BY person LIMIT 10',
);

/** The address that fills the form in again. */
const pathWith = (typed: AbsenceTyped): string => {
  const said = Object.entries(typed).filter(([, value]) => value !== '');
  return said.length === 0 ? PATH : `${PATH}?${new URLSearchParams(said).toString()}`;
};

/** Who stands for somebody who is signed in: said, seen and revoked by themselves. */
@ApiTags('inbox')
@UseFilters(PageFaultFilter)
@Controller('inbox/absence')
export class AbsenceController {
  readonly #waiting: FindWaiting;

  constructor(
    private readonly door: InboxDoor,
    private readonly delegations: Delegations,
    private readonly settings: AbsenceSettings,
  ) {
    this.#waiting = new FindWaiting(settings.dataSource);
  }

  @Get()
  @ApiOperation({ summary: 'Who stands for me and for whom I stand, and the form to say so.' })
  @ApiQuery({ name: 'request', required: false, description: 'For one request.' })
  @ApiResponse({ status: 200, description: 'text/html' })
  @ApiResponse({ status: 303, description: 'To sign in.' })
  async show(
    @Res() reply: FastifyReply,
    @Query() query: unknown,
    @Headers() headers: BrowserHeaders,
    @Ip() address: string,
    @Query('done') done?: unknown,
  ): Promise<void> {
    const typed = readAbsence(query);
    const reader = await this.door.enter(reply, headers, address, pathWith(typed));
    if (reader === undefined) return;
    const what = typeof done === 'string' && Object.hasOwn(DONE, done) ? DONE[done] : undefined;
    await this.#show(reply, 200, reader, typed, [], what);
  }

  @Post()
  @ApiOperation({ summary: 'Declare who stands for me, from the page’s own form.' })
  @ApiResponse({ status: 303, description: 'Declared; the page says so.' })
  @ApiResponse({ status: 401, description: 'text/html: the session had ended; nothing was changed.' })
  @ApiResponse({ status: 403, description: 'text/html: the form did not come from the page.' })
  @ApiResponse({ status: 422, description: 'text/html: it cannot be declared, and why.' })
  async declare(
    @Res() reply: FastifyReply,
    @Body() body: unknown,
    @Headers() headers: BrowserHeaders,
    @Ip() address: string,
  ): Promise<void> {
    if (!this.door.isOwnForm(headers)) return sendPage(reply, 403, foreignInboxFormPage(PATH));
    const typed = readAbsence(body);
    const reader = await this.door.find(headers.cookie, address);
    if (reader === undefined) return sendPage(reply, 401, fillInAgainPage(pathWith(typed), typed.reason));
    const { person, authentication } = reader.session;
    const delegate = personMeant(typed.to, typed.to === '' ? [] : await this.#meant(typed.to));
    const when = absenceTimes(typed, reader.zone);
    const faults = [
      ...('fault' in delegate ? [delegate.fault] : []),
      ...('faults' in when ? when.faults : []),
    ];
    if ('fault' in delegate || 'faults' in when) return this.#show(reply, 422, reader, typed, faults);
    const declared = await this.delegations.declare({
      from: person,
      to: delegate.person,
      ...when.times,
      reason: typed.reason,
      declaredBy: person,
      declaredAs: 'person',
      authentication,
    });
    const refused = declaredFaults(declared);
    if (refused.length > 0) return this.#show(reply, 422, reader, typed, refused);
    await sendOn(reply, `${PATH}?done=declared`);
  }

  @Post('revoke')
  @ApiOperation({ summary: 'Revoke what I declared, from the page’s own form.' })
  @ApiResponse({ status: 303, description: 'Revoked; the page says so.' })
  @ApiResponse({ status: 401, description: 'text/html: the session had ended; nothing was changed.' })
  @ApiResponse({ status: 403, description: 'text/html: the form did not come from the page.' })
  @ApiResponse({ status: 422, description: 'text/html: it is not mine.' })
  async revoke(
    @Res() reply: FastifyReply,
    @Body() body: unknown,
    @Headers() headers: BrowserHeaders,
    @Ip() address: string,
  ): Promise<void> {
    if (!this.door.isOwnForm(headers)) return sendPage(reply, 403, foreignInboxFormPage(PATH));
    const reader = await this.door.find(headers.cookie, address);
    if (reader === undefined) return sendPage(reply, 401, fillInAgainPage(PATH, ''));
    const given: unknown = body !== null && typeof body === 'object' ? Reflect.get(body, 'id') : undefined;
    const revoked =
      typeof given === 'string' && isUuid(given)
        ? await this.delegations.revoke(given.toLowerCase(), reader.person)
        : ({ kind: 'unknown' } as const);
    const fault = revokedFault(revoked);
    if (fault !== undefined) return this.#show(reply, 422, reader, readAbsence({}), [fault]);
    await sendOn(reply, `${PATH}?done=revoked`);
  }

  async #show(
    reply: FastifyReply,
    status: number,
    reader: Reader,
    typed: AbsenceTyped,
    faults: readonly string[],
    done?: string,
  ): Promise<void> {
    const { dataSource, now } = this.settings;
    const at = now();
    const found = await this.delegations.ofPerson(reader.person);
    const request = await this.#request(reader, typed);
    const page = absencePage(
      {
        person: reader.person,
        zone: reader.zone,
        now: at,
        delegations: found.map((each) => delegationDocument(each, at)),
        contacts: await contacts.find(dataSource, [...new Set(found.flatMap(({ from, to }) => [from, to]))]),
        typed,
        faults,
        ...(request === undefined ? {} : { request }),
        ...(done === undefined ? {} : { done }),
      },
      signedInAs(reader, PATH),
    );
    await sendPage(reply, status, page);
  }

  #meant(typed: string): Promise<Meant[]> {
    return typed.includes('\0') || !typed.isWellFormed()
      ? Promise.resolve([])
      : meant.run(this.settings.dataSource, typed);
  }

  /** What the one request is about, in words; undefined where the form is not for one, or the reader has no part in it. */
  async #request({ person }: Reader, { request }: AbsenceTyped): Promise<string | undefined> {
    const [one] = isUuid(request) ? await this.#waiting.these([request]) : [];
    if (one === undefined || !hasPartIn(one, person)) return undefined;
    return requestInWords(one.approval.file.request);
  }
}
