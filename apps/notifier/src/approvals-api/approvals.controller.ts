import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { CastVote, doorCheck, type Fault, isUuid, jsonSchemaOf } from '@tollgate/contracts';
import { EventStream, invalid, notFound } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ApproverSignIn } from '../approver-sign-in/approver-sign-in.js';
import { CastVotes } from '../cast-vote/cast-votes.js';
import { reasonFault } from '../cast-vote/reason.js';
import { RequestLimits } from '../rate-limit/request-limits.js';
import { ApprovalFeed } from './approval-feed.js';
import { type ListPlace, placeOf } from './list-cursor.js';
import { StreamsEnd } from './streams-end.js';
import { voteProblem } from './vote-problems.js';
import { WaitingApprovals, type WaitingPage } from './waiting-approvals.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

const checkVote = doorCheck(CastVote);
const { $schema: _dialect, ...VOTE_SCHEMA } = jsonSchemaOf(CastVote);

function readLimit(text: string | undefined, faults: Fault[]): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT)
    faults.push({ pointer: '/limit', detail: `must be a number from 1 to ${MAX_LIMIT}` });
  return limit;
}

function readCursor(text: string | undefined, faults: Fault[]): ListPlace | undefined {
  if (text === undefined) return undefined;
  const place = placeOf(text);
  if (place === undefined) faults.push({ pointer: '/cursor', detail: 'is no cursor of this list' });
  return place;
}

/** What a vote over the API is answered with. */
interface VoteAnswer {
  readonly requestId: string;
  readonly counted: true;
  readonly status: 'pending' | 'closed';
  readonly decision?: object;
}

/** The approvers' API. Every call comes with the bearer token of a person. */
@ApiTags('approvals')
@ApiBearerAuth()
@ApiResponse({ status: 401, description: 'No valid token.' })
@ApiResponse({
  status: 403,
  description: 'Not a person of the directory, or not an approver of this request.',
})
@Controller('v1/approvals')
export class ApprovalsController {
  constructor(
    private readonly signIn: ApproverSignIn,
    private readonly waiting: WaitingApprovals,
    private readonly castVotes: CastVotes,
    private readonly feed: ApprovalFeed,
    private readonly end: StreamsEnd,
    private readonly limits: RequestLimits,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'What waits for me, the nearest deadline first.' })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  })
  @ApiQuery({ name: 'cursor', required: false, description: '`next` of the page before.' })
  @ApiResponse({ status: 200, description: '`items`, and `next` while there are more.' })
  async list(
    @Headers('authorization') authorization?: string,
    @Query('limit') limitText?: string,
    @Query('cursor') cursorText?: string,
  ): Promise<WaitingPage> {
    const { person } = await this.signIn.approver(authorization);
    const faults: Fault[] = [];
    const limit = readLimit(limitText, faults);
    const after = readCursor(cursorText, faults);
    if (faults.length > 0) throw invalid(faults, 'A parameter does not fit; see errors.');
    return this.waiting.page(person, limit, after);
  }

  @Get('events')
  @ApiOperation({
    summary: 'What happens to my approvals, as server-sent events.',
    description:
      'Events `opened`, `changed` and `closed`, each with the approval as `data`, sent right after their commit, the ' +
      'latter two up to 250 ms later. Nothing is kept: after each (re)connect read the list once; what comes meanwhile ' +
      'is in the stream.',
  })
  @ApiResponse({ status: 200, description: 'text/event-stream' })
  async events(@Res() reply: FastifyReply, @Headers('authorization') authorization?: string): Promise<void> {
    const { person } = await this.signIn.approver(authorization);
    const ended: (() => void)[] = [];
    const stream = new EventStream(reply, () => ended.forEach((end) => end()));
    ended.push(this.feed.subscribe(person, (encoded) => stream.sendEncoded(encoded)));
    ended.push(this.end.onStop(() => stream.close()));
  }

  @Post(':requestId/votes')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Approve, deny or abstain.',
    description:
      'A vote may be changed until the decision; the same vote again is the same vote. Each person has one vote, for ' +
      'themselves or by a delegation for another (`onBehalfOf`).',
  })
  @ApiParam({ name: 'requestId', schema: { type: 'string', format: 'uuid' } })
  @ApiBody({ schema: VOTE_SCHEMA })
  @ApiResponse({
    status: 200,
    description: 'The vote counts: `requestId`, `counted`, `status`, and `decision` where it is decided now.',
  })
  @ApiResponse({ status: 404, description: 'No approval is open yet; see Retry-After.' })
  @ApiResponse({
    status: 409,
    description: 'Too late: it says what was decided, by whom, when. Or the content is another.',
  })
  @ApiResponse({ status: 422, description: 'The body does not fit; `errors` say where.' })
  @ApiResponse({ status: 429, description: 'Too many votes; see Retry-After.' })
  async vote(
    @Param('requestId') requestId: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Headers('authorization') authorization?: string,
  ): Promise<VoteAnswer> {
    this.limits.fromAddress('votes', request.ip);
    const { person, authentication, signedInAt } = await this.signIn.approver(authorization);
    this.limits.ofPerson('votes', person);
    if (!isUuid(requestId)) throw notFound('There is no approval with this id: it is no UUID.');
    const checked = checkVote(body);
    if (!checked.ok) throw invalid(checked.faults);
    const { verdict, reason = '', contentHash, onBehalfOf } = checked.value;
    const fault = reasonFault(reason);
    if (fault !== undefined) throw invalid([{ pointer: '/reason', detail: fault }]);
    const outcome = await this.castVotes.cast({
      requestId: requestId.toLowerCase(),
      person,
      verdict,
      reason,
      authentication,
      ...(signedInAt === undefined ? {} : { signedInAt }),
      ...(contentHash === undefined ? {} : { contentHash }),
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    });
    const problem = voteProblem(outcome, this.signIn.recentMs);
    if (problem !== undefined || outcome.kind !== 'counted')
      throw problem ?? notFound('There is no such approval.');
    return {
      requestId,
      counted: true,
      status: outcome.status,
      ...(outcome.decision === undefined ? {} : { decision: outcome.decision }),
    };
  }
}
