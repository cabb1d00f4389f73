import { Body, Controller, Get, Headers, Ip, Post, Query, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type LanesLogger } from '@tollgate/messaging';
import { type FastifyReply } from 'fastify';
import { type DataSource } from 'typeorm';
import { stepOf } from '../approval/approval.js';
import { waitingFor } from '../approval/waiting-for.js';
import { CastVotes } from '../cast-vote/cast-votes.js';
import { lacksReason, reasonFault } from '../cast-vote/reason.js';
import { signInObstacle } from '../cast-vote/sign-in-obstacle.js';
import { reasonMissing, STALE, voteFault } from '../cast-vote/vote-fault.js';
import { type VoteOutcome } from '../cast-vote/vote-tally.js';
import { contacts } from '../contacts/contacts.store.js';
import { PageFaultFilter, sendPage } from '@tollgate/pages';
import { type RequestLimits } from '../rate-limit/request-limits.js';
import { readForm, type SaidByForm } from '../review-page/read-form.js';
import { VIEW_VALID_MS, type ViewBinding, type ViewValues } from '../review-page/view-values.js';
import { requestInWords } from './in-words.js';
import { FindWaiting, type Waiting } from './find-waiting.js';
import { foreignInboxFormPage, sessionOverPage } from './form-faults.js';
import { type BrowserHeaders, InboxDoor, type Reader, signedInAs, viewHolder } from './inbox-door.js';
import { severalPage, severalPath } from './several-page.js';
import { resultsPage, type SeveralResult } from './several-results-page.js';
import { idsAmong, readShown, severalOf, type ShownRequest, shownHash, valuesOf } from './several.js';

/** What deciding several requests needs besides what is injected. */
export abstract class SeveralSettings {
  abstract readonly dataSource: DataSource;
  abstract readonly views: ViewValues;
  abstract readonly limits: RequestLimits;
  /** How long ago a recent sign-in may be, in milliseconds. */
  abstract readonly recentMs: number;
  abstract readonly logger: LanesLogger;
}

const bindingOf = ({ session }: Reader, shown: readonly ShownRequest[]): ViewBinding => ({
  holder: viewHolder(session),
  requestId: 'several',
  contentHash: shownHash(shown),
});

/** Several requests that are alike, decided together; each vote is cast and recorded by itself. */
@ApiTags('inbox')
@UseFilters(PageFaultFilter)
@Controller('inbox/several')
export class SeveralController {
  readonly #waiting: FindWaiting;

  constructor(
    private readonly door: InboxDoor,
    private readonly castVotes: CastVotes,
    private readonly settings: SeveralSettings,
  ) {
    this.#waiting = new FindWaiting(settings.dataSource);
  }

  @Get()
  @ApiOperation({ summary: 'Requests that are alike, and the form to decide them. Changes nothing.' })
  @ApiQuery({ name: 'id', required: false, isArray: true, description: 'Request ids, at most 50.' })
  @ApiResponse({ status: 200, description: 'text/html' })
  @ApiResponse({ status: 303, description: 'To sign in.' })
  async show(
    @Res() reply: FastifyReply,
    @Query() query: unknown,
    @Headers() headers: BrowserHeaders,
    @Ip() address: string,
  ): Promise<void> {
    const ids = idsAmong(valuesOf(query, 'id'));
    const reader = await this.door.enter(reply, headers, address, severalPath(ids));
    if (reader !== undefined) await this.#show(reply, 200, reader, ids);
  }

  @Post('decision')
  @ApiOperation({ summary: 'Decide, from the page’s own form (application/x-www-form-urlencoded).' })
  @ApiResponse({ status: 200, description: 'text/html: what became of each.' })
  @ApiResponse({ status: 401, description: 'text/html: the session had ended; nothing was decided.' })
  @ApiResponse({ status: 403, description: 'text/html: the form did not come from the page.' })
  @ApiResponse({ status: 409, description: 'text/html: the page was out of date; nothing was decided.' })
  @ApiResponse({ status: 422, description: 'text/html: no verdict was chosen; nothing was decided.' })
  async decide(
    @Res() reply: FastifyReply,
    @Body() body: unknown,
    @Headers() headers: BrowserHeaders,
    @Ip() address: string,
  ): Promise<void> {
    const texts = valuesOf(body, 'request');
    const ids = idsAmong(texts.map((text) => text.slice(0, 36)));
    const said = readForm(body);
    if (!this.door.isOwnForm(headers)) return sendPage(reply, 403, foreignInboxFormPage(severalPath(ids)));
    const reader = await this.door.find(headers.cookie, address);
    if (reader === undefined) {
      const unsent = {
        action: '/inbox/several/decision',
        to: severalPath(ids),
        fields: texts.map((text): [string, string] => ['request', text]),
        written: [['reason', 'Your reason', said.reason]],
      } as const;
      return sendPage(reply, 401, sessionOverPage(unsent));
    }
    const again = (status: number, fault: string): Promise<void> =>
      this.#show(reply, status, reader, ids, { ...said, fault });
    const shown = readShown(texts);
    const found = await this.#waiting.these(ids);
    const now = found.at(0)?.now ?? 0;
    const view =
      shown === undefined ? undefined : this.settings.views.read(said.view, bindingOf(reader, shown));
    if (shown === undefined || view === undefined || now - view.openedAt > VIEW_VALID_MS)
      return again(409, STALE);
    const { verdict, reason } = said;
    if (verdict === undefined) return again(422, 'You have not chosen what you say. Nothing was decided.');
    const fault = reasonFault(reason);
    if (fault !== undefined) return again(422, `The reason ${fault}. Nothing was decided.`);
    if (found.some(({ approval }) => lacksReason(stepOf(approval.file, approval.step), { verdict, reason })))
      return again(422, reasonMissing(verdict));
    this.settings.limits.ofPerson('votes', reader.person);
    const { person, authentication, signedInAt } = reader.session;
    const known = { person, authentication, signedInAt };
    const outcomes = await Promise.all(
      shown.map((one) => this.castVotes.cast({ ...one, ...known, verdict, reason, view: view.hash })),
    );
    this.settings.logger.info({ person, verdict, requests: shown.length }, 'several requests were decided');
    const after = new Map((await this.#waiting.these(ids)).map((each) => [each.approval.requestId, each]));
    const results = shown.map(({ requestId }, index) =>
      resultOf(requestId, after.get(requestId), outcomes[index]),
    );
    await sendPage(reply, 200, resultsPage(verdict, results, signedInAs(reader)));
  }

  async #show(
    reply: FastifyReply,
    status: number,
    reader: Reader,
    ids: readonly string[],
    said: Partial<SaidByForm> & { readonly fault?: string } = {},
  ): Promise<void> {
    const { dataSource, views, recentMs } = this.settings;
    const found = await this.#waiting.these(ids);
    const now = found.at(0)?.now ?? 0;
    const requesters = found.map(({ approval }) => approval.file.request.requester);
    const known = await contacts.find(dataSource, [...new Set([reader.person, ...requesters])]);
    const several = severalOf(ids, found, reader.person, known);
    const page = severalPage(several, signedInAs(reader), (items, alike) => ({
      view: views.make(
        bindingOf(
          reader,
          items.map(({ shown }) => shown),
        ),
        0,
        now,
      ),
      signInAgain: signInObstacle(alike.signIn, reader.session, now, recentMs) !== undefined,
      ...(said.reason === undefined ? {} : { reason: said.reason }),
      ...(said.fault === undefined ? {} : { fault: said.fault }),
    }));
    await sendPage(reply, status, page);
  }
}

function resultOf(
  requestId: string,
  after: Waiting | undefined,
  outcome: VoteOutcome | undefined,
): SeveralResult {
  const what = after === undefined ? requestId : requestInWords(after.approval.file.request);
  const fault = outcome === undefined ? 'It was not taken.' : voteFault(outcome);
  if (outcome === undefined || fault !== undefined)
    return { requestId, what, kind: 'uncounted', words: fault ?? '' };
  if (after === undefined) return { requestId, what, kind: 'counted', words: '' };
  const { file, step, decision } = after.approval;
  const words =
    decision === undefined
      ? `Waiting for ${waitingFor(file, step, after.votes)}.`
      : `It is ${decision.outcome} now. ${decision.explanation}`;
  return { requestId, what, kind: 'counted', words };
}
