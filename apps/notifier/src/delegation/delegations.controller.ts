import { Body, Controller, Delete, Get, Header, Headers, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  DeclareDelegation,
  type DelegationDocument,
  doorCheck,
  isUuid,
  jsonSchemaOf,
} from '@tollgate/contracts';
import { invalid, notFound } from '@tollgate/runtime';
import { type FastifyReply } from 'fastify';
import { ApproverSignIn } from '../approver-sign-in/approver-sign-in.js';
import { reasonFault } from '../cast-vote/reason.js';
import { OperatorSignIn } from '../operator-sign-in/operator-sign-in.js';
import { declaredOrProblem } from './declared-or-problem.js';
import { delegationDocument } from './delegation-document.js';
import { Delegations } from './delegations.js';

const check = doorCheck(DeclareDelegation);
const { $schema: _dialect, ...SCHEMA } = jsonSchemaOf(DeclareDelegation);

/** Who stands for whom. A person declares and revokes for themselves alone. */
@ApiTags('delegations')
@ApiBearerAuth()
@ApiResponse({ status: 401, description: 'No valid token.' })
@ApiResponse({ status: 403, description: 'Not an active person of the directory.' })
@Controller('v1/delegations')
export class DelegationsController {
  constructor(
    private readonly signIn: ApproverSignIn,
    private readonly operators: OperatorSignIn,
    private readonly delegations: Delegations,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Delegations from me and to me, the latest first.',
    description:
      "With the operators' key: everybody's. What ended longer than 90 days ago is on the ledger alone. At most 500.",
  })
  @ApiResponse({ status: 200, description: '`items`, each with its `state`' })
  async list(
    @Headers('authorization') authorization?: string,
  ): Promise<{ readonly items: DelegationDocument[] }> {
    const found =
      this.operators.find(authorization) === undefined
        ? await this.delegations.ofPerson((await this.signIn.approver(authorization)).person)
        : await this.delegations.all();
    return { items: found.map((each) => delegationDocument(each, Date.now())) };
  }

  @Post()
  @ApiOperation({
    summary: 'Let somebody vote for me: while I am away, or on one request.',
    description:
      'Needs `endsAt`, or a `requestId`. The delegate is asked where I am asked, except on requests that exclude them; I may still vote, and my own vote wins. The same again is the same delegation.',
  })
  @ApiBody({ schema: SCHEMA })
  @ApiResponse({ status: 201, description: 'Declared; `Location` names it.' })
  @ApiResponse({ status: 200, description: 'The same is in force already.' })
  @ApiResponse({ status: 404, description: 'No approval of the request is open.' })
  @ApiResponse({ status: 409, description: 'The request is decided.' })
  @ApiResponse({
    status: 422,
    description:
      'The body does not fit, the delegate is unknown, inactive or excluded, it overlaps with another one, or closes a circle; `errors` say where.',
  })
  async declare(
    @Body() body: unknown,
    @Res() reply: FastifyReply,
    @Headers('authorization') authorization?: string,
  ): Promise<void> {
    const { person, authentication } = await this.signIn.approver(authorization);
    const checked = check(body);
    if (!checked.ok) throw invalid(checked.faults);
    const { to, startsAt, endsAt, requestId, reason = '' } = checked.value;
    const fault = reasonFault(reason);
    if (fault !== undefined) throw invalid([{ pointer: '/reason', detail: fault }]);
    const { delegation, isNew } = declaredOrProblem(
      await this.delegations.declare({
        from: person,
        to,
        ...(startsAt === undefined ? {} : { startsAt }),
        ...(endsAt === undefined ? {} : { endsAt }),
        ...(requestId === undefined ? {} : { requestId: requestId.toLowerCase() }),
        reason,
        declaredBy: person,
        declaredAs: 'person',
        authentication,
      }),
    );
    await reply
      .code(isNew ? 201 : 200)
      .headers({ location: `/v1/delegations/${delegation.id}`, 'cache-control': 'no-store' })
      .send(delegationDocument(delegation, Date.now()));
  }

  @Delete(':id')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'End a delegation of mine now.',
    description: 'What the delegate voted before stays voted; I can change it by my own vote.',
  })
  @ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
  @ApiResponse({ status: 200, description: 'It is revoked, or was before.' })
  @ApiResponse({ status: 404, description: 'No delegation of mine has this id.' })
  async revoke(
    @Param('id') id: string,
    @Headers('authorization') authorization?: string,
  ): Promise<DelegationDocument> {
    const { person } = await this.signIn.approver(authorization);
    const outcome = isUuid(id)
      ? await this.delegations.revoke(id.toLowerCase(), person)
      : { kind: 'unknown' as const };
    if (outcome.kind === 'unknown') throw notFound('No delegation of yours has this id.');
    return delegationDocument(outcome.delegation, Date.now());
  }
}
