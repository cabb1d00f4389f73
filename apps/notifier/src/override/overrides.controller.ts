import { Body, Controller, Headers, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck, isUuid, jsonSchemaOf, OverrideGuardrail } from '@tollgate/contracts';
import { invalid, notFound } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { voteProblem } from '../approvals-api/vote-problems.js';
import { ApproverSignIn } from '../approver-sign-in/approver-sign-in.js';
import { textFault } from '../question/text-fault.js';
import { RequestLimits } from '../rate-limit/request-limits.js';
import { OverrideGuardrails } from './override-guardrails.js';
import { overrideProblem } from './override-words.js';

const check = doorCheck(OverrideGuardrail);
const { $schema: _dialect, ...SCHEMA } = jsonSchemaOf(OverrideGuardrail);

/** `POST /v1/approvals/{requestId}/overrides`, for those whom an overridable guardrail names. */
@ApiTags('approvals')
@ApiBearerAuth()
@Controller('v1/approvals')
export class OverridesController {
  constructor(
    private readonly signIn: ApproverSignIn,
    private readonly overrides: OverrideGuardrails,
    private readonly limits: RequestLimits,
  ) {}

  @Post(':requestId/overrides')
  @ApiOperation({
    summary: 'Override a guardrail before the decision, with a justification.',
    description:
      'Only for a guardrail that the policy lets you override, and known as surely as the request asks its approvers to ' +
      'be. It is no vote: the request still needs its approvals. It goes on record with the decision, and the gate checks ' +
      'it again. A guardrail that is overridden already stays so by whoever was first.',
  })
  @ApiParam({ name: 'requestId', schema: { type: 'string', format: 'uuid' } })
  @ApiBody({ schema: SCHEMA })
  @ApiResponse({ status: 201, description: 'Overridden: `requestId`, and the override as it is on record.' })
  @ApiResponse({ status: 200, description: 'It was overridden already.' })
  @ApiResponse({ status: 401, description: 'No valid token.' })
  @ApiResponse({
    status: 403,
    description: 'Nobody, or not you, may override it; or a surer sign-in is needed.',
  })
  @ApiResponse({
    status: 404,
    description: 'No approval is open yet (see Retry-After), or no such guardrail.',
  })
  @ApiResponse({ status: 409, description: 'Decided, or the content is another.' })
  @ApiResponse({ status: 422, description: 'The body does not fit; `errors` say where.' })
  @ApiResponse({ status: 429, description: 'Too many.' })
  async override(
    @Param('requestId') requestId: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('authorization') authorization?: string,
  ): Promise<void> {
    this.limits.fromAddress('votes', request.ip);
    const known = await this.signIn.approver(authorization);
    this.limits.ofPerson('votes', known.person);
    if (!isUuid(requestId)) throw notFound('There is no approval with this id: it is no UUID.');
    const checked = check(body);
    if (!checked.ok) throw invalid(checked.faults);
    const { guardrail, justification, contentHash } = checked.value;
    const fault = textFault(justification);
    if (fault !== undefined) throw invalid([{ pointer: '/justification', detail: fault }]);
    const outcome = await this.overrides.override({
      requestId: requestId.toLowerCase(),
      guardrail,
      justification,
      ...(contentHash === undefined ? {} : { contentHash }),
      ...known,
    });
    if (outcome.kind === 'not-open')
      throw voteProblem(outcome) ?? notFound('There is no approval of this request.');
    if (outcome.kind === 'refused') throw overrideProblem(outcome.why, this.signIn.recentMs);
    await reply
      .code(outcome.isNew ? 201 : 200)
      .headers({ 'cache-control': 'no-store' })
      .send({ requestId: requestId.toLowerCase(), ...outcome.override });
  }
}
