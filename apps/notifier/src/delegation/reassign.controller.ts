import { Body, Controller, Headers, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck, isUuid, jsonSchemaOf, ReassignApproval } from '@tollgate/contracts';
import { invalid, notFound } from '@tollgate/runtime';
import { type FastifyReply } from 'fastify';
import { reasonFault } from '../cast-vote/reason.js';
import { OperatorSignIn } from '../operator-sign-in/operator-sign-in.js';
import { declaredOrProblem } from './declared-or-problem.js';
import { delegationDocument } from './delegation-document.js';
import { Delegations } from './delegations.js';

const check = doorCheck(ReassignApproval);
const { $schema: _dialect, ...SCHEMA } = jsonSchemaOf(ReassignApproval);

/** `POST /v1/approvals/{requestId}/reassign`, for operators: a delegation for one request, declared by them. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('v1/approvals')
export class ReassignController {
  constructor(
    private readonly operators: OperatorSignIn,
    private readonly delegations: Delegations,
  ) {}

  @Post(':requestId/reassign')
  @ApiOperation({
    summary: 'Let somebody answer for a person whom the request asks.',
    description:
      "Needs the operators' key. It is on record as a delegation for this request; the person may still vote, and may end it. Nobody whom the request excludes can be chosen.",
  })
  @ApiParam({ name: 'requestId', schema: { type: 'string', format: 'uuid' } })
  @ApiBody({ schema: SCHEMA })
  @ApiResponse({ status: 201, description: 'Declared: the delegation.' })
  @ApiResponse({ status: 200, description: 'The same is in force already.' })
  @ApiResponse({ status: 401, description: 'No credential.' })
  @ApiResponse({ status: 403, description: "Not the operators' key." })
  @ApiResponse({ status: 404, description: 'No approval of the request is open; see Retry-After.' })
  @ApiResponse({ status: 409, description: 'The request is decided.' })
  @ApiResponse({
    status: 422,
    description: 'The body does not fit, or the people do not; `errors` say where.',
  })
  async reassign(
    @Param('requestId') requestId: string,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
    @Headers('authorization') authorization?: string,
  ): Promise<void> {
    const operator = this.operators.operator(authorization);
    if (!isUuid(requestId)) throw notFound('There is no approval with this id: it is no UUID.');
    const checked = check(body);
    if (!checked.ok) throw invalid(checked.faults);
    const { from, to, reason } = checked.value;
    const fault = reasonFault(reason);
    if (fault !== undefined) throw invalid([{ pointer: '/reason', detail: fault }]);
    const { delegation, isNew } = declaredOrProblem(
      await this.delegations.declare({
        from,
        to,
        requestId: requestId.toLowerCase(),
        reason,
        declaredBy: operator,
        declaredAs: 'operator',
      }),
      // The request is named by the address.
      (pointer) => (pointer === '/requestId' ? '/from' : pointer),
    );
    await reply
      .code(isNew ? 201 : 200)
      .headers({ 'cache-control': 'no-store' })
      .send(delegationDocument(delegation, Date.now()));
  }
}
