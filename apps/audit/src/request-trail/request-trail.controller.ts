import { Controller, Get, Header, Param, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { isUuid } from '@tollgate/contracts';
import { notFound } from '@tollgate/runtime';
import { ReaderGuard } from '../ledger-reader/reader.guard.js';
import { badParameters } from '../query-ledger/event-query.js';
import { FindRequest } from './find-request.js';
import { RequestTrailDocument } from './request-trail.document.js';
import { requestTrail } from './request-trail.js';

/** `GET /v1/requests/{id}`: the paper trail of one request. */
@ApiTags('ledger')
@ApiBearerAuth()
@UseGuards(ReaderGuard)
@Controller('v1/requests')
export class RequestTrailController {
  constructor(private readonly findRequest: FindRequest) {}

  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The paper trail of one request' })
  @ApiOkResponse({ type: RequestTrailDocument })
  @ApiUnauthorizedResponse({ description: 'No key, or one that is not known.' })
  @ApiNotFoundResponse({ description: 'Nothing is on record about this request.' })
  async read(@Param('id') id: string): Promise<RequestTrailDocument> {
    if (!isUuid(id)) throw badParameters([{ pointer: '/id', detail: 'must be a UUID' }]);
    const requestId = id.toLowerCase();
    const rows = await this.findRequest.find(requestId);
    if (rows.length === 0) throw notFound('Nothing is on record about this request.');
    return requestTrail(requestId, rows);
  }
}
