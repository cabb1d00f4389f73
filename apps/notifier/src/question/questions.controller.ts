import { Body, Controller, Headers, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AskQuestion, doorCheck, isUuid, jsonSchemaOf } from '@tollgate/contracts';
import { invalid, notFound } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { isoTime } from '../approval/approval.js';
import { voteProblem } from '../approvals-api/vote-problems.js';
import { ApproverSignIn } from '../approver-sign-in/approver-sign-in.js';
import { RequestLimits } from '../rate-limit/request-limits.js';
import { AskQuestions } from './ask-questions.js';
import { questionDocument } from './question-document.js';
import { questionProblem } from './question-words.js';
import { textFault } from './text-fault.js';

const check = doorCheck(AskQuestion);
const { $schema: _dialect, ...SCHEMA } = jsonSchemaOf(AskQuestion);

/** `POST /v1/approvals/{requestId}/questions`, for those who are asked. */
@ApiTags('approvals')
@ApiBearerAuth()
@Controller('v1/approvals')
export class QuestionsController {
  constructor(
    private readonly signIn: ApproverSignIn,
    private readonly ask: AskQuestions,
    private readonly limits: RequestLimits,
  ) {}

  @Post(':requestId/questions')
  @ApiOperation({
    summary: 'Ask the requester a question before deciding.',
    description:
      'It goes by mail to the requester, or to the owner where the requester cannot be reached. The policy may let the ' +
      'clock stand until the answer. At most five on a request; the same one again, while it waits for its answer, is ' +
      'the same question.',
  })
  @ApiParam({ name: 'requestId', schema: { type: 'string', format: 'uuid' } })
  @ApiBody({ schema: SCHEMA })
  @ApiResponse({ status: 201, description: 'Asked: the question, and the `deadline` by now.' })
  @ApiResponse({ status: 200, description: 'It was asked already.' })
  @ApiResponse({ status: 401, description: 'No valid token.' })
  @ApiResponse({ status: 403, description: 'Not somebody whom the request asks now.' })
  @ApiResponse({ status: 404, description: 'No approval is open yet; see Retry-After.' })
  @ApiResponse({ status: 409, description: 'Decided, or nobody can be reached.' })
  @ApiResponse({ status: 422, description: 'The body does not fit; `errors` say where.' })
  @ApiResponse({ status: 429, description: 'Too many questions.' })
  async question(
    @Param('requestId') requestId: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('authorization') authorization?: string,
  ): Promise<void> {
    this.limits.fromAddress('questions', request.ip);
    const known = await this.signIn.approver(authorization);
    this.limits.ofPerson('questions', known.person);
    if (!isUuid(requestId)) throw notFound('There is no approval with this id: it is no UUID.');
    const checked = check(body);
    if (!checked.ok) throw invalid(checked.faults);
    const { text } = checked.value;
    const fault = textFault(text);
    if (fault !== undefined) throw invalid([{ pointer: '/text', detail: fault }]);
    const outcome = await this.ask.ask({ requestId: requestId.toLowerCase(), text, ...known });
    if (outcome.kind === 'not-open')
      throw voteProblem(outcome) ?? notFound('There is no approval of this request.');
    if (outcome.kind === 'refused') throw questionProblem(outcome.why, this.signIn.recentMs);
    const { question, isNew, deadline } = outcome;
    await reply
      .code(isNew ? 201 : 200)
      .headers({ 'cache-control': 'no-store' })
      .send({ requestId: question.requestId, ...questionDocument(question), deadline: isoTime(deadline) });
  }
}
