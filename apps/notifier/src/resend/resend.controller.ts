import { Body, Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck, isUuid, jsonSchemaOf, ResendApproval, type ResentDocument } from '@tollgate/contracts';
import { type LanesLogger } from '@tollgate/messaging';
import { invalid, notFound, Problem } from '@tollgate/runtime';
import { OperatorSignIn } from '../operator-sign-in/operator-sign-in.js';
import { ResendLinks } from './resend-links.js';

const check = doorCheck(ResendApproval);
const { $schema: _dialect, ...SCHEMA } = jsonSchemaOf(ResendApproval);

/** Where it is written down who had mails sent again. */
export abstract class ResendLog {
  abstract readonly logger: LanesLogger;
}

/** `POST /v1/approvals/{requestId}/resend`, for operators. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('v1/approvals')
export class ResendController {
  constructor(
    private readonly operators: OperatorSignIn,
    private readonly links: ResendLinks,
    private readonly log: ResendLog,
  ) {}

  @Post(':requestId/resend')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send people the mail again that asks them.',
    description:
      "Needs the operators' key. The link is the same one. Each mail that goes out is on record as `approver.notified`; at most five per person and request.",
  })
  @ApiParam({ name: 'requestId', schema: { type: 'string', format: 'uuid' } })
  @ApiBody({ schema: SCHEMA, required: false })
  @ApiResponse({ status: 200, description: '`mails`: what becomes of it for each person.' })
  @ApiResponse({ status: 401, description: 'No credential.' })
  @ApiResponse({ status: 403, description: "Not the operators' key." })
  @ApiResponse({ status: 404, description: 'No approval of the request is open; see Retry-After.' })
  @ApiResponse({ status: 409, description: 'The request is decided.' })
  @ApiResponse({ status: 422, description: 'The body does not fit, or the person is not asked now.' })
  @ApiResponse({ status: 429, description: 'The person got as many mails as anybody gets.' })
  async resend(
    @Param('requestId') requestId: string,
    @Body() body: unknown,
    @Headers('authorization') authorization?: string,
  ): Promise<ResentDocument> {
    const operator = this.operators.operator(authorization);
    if (!isUuid(requestId)) throw notFound('There is no approval with this id: it is no UUID.');
    const checked = check(body ?? {});
    if (!checked.ok) throw invalid(checked.faults);
    const { person } = checked.value;
    const outcome = await this.links.resend(requestId.toLowerCase(), person);
    switch (outcome.kind) {
      case 'not-open':
        throw new Problem(404, 'not-open', 'There is no such approval', {
          detail: 'No approval of this request is open; if it was submitted just now, try again.',
          headers: { 'retry-after': '1' },
        });
      case 'closed':
        throw new Problem(409, 'too-late', 'The request is decided', {
          detail: 'The request is decided, so nobody is asked any more.',
        });
      case 'not-asked':
        throw invalid([{ pointer: '/person', detail: 'is not asked now' }]);
      case 'resent': {
        const { mails } = outcome;
        this.log.logger.info({ requestId, operator, mails }, 'an operator had mails sent again');
        if (person !== undefined && mails.some(({ state }) => state === 'too-many'))
          throw new Problem(429, 'too-many-mails', 'Too many mails', {
            detail: `${person} got this mail as often as anybody gets it.`,
          });
        return { requestId, mails };
      }
    }
  }
}
