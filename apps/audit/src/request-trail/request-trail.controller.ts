import { Controller, Get, Header, Param, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { notFound } from '@tollgate/runtime';
import { ReaderGuard } from '../ledger-reader/reader.guard.js';
import { noParameters } from '../query-ledger/no-parameters.js';
import { RecordedRead } from '../record-read/recorded-read.interceptor.js';
import { FindRequest } from './find-request.js';
import { requestIdOf } from './request-id.js';
import { RequestTrailDocument } from './request-trail.document.js';
import { requestTrail } from './request-trail.js';

/** `GET /v1/requests/{id}`: the paper trail of one request. */
@ApiTags('ledger')
@ApiBearerAuth()
@UseGuards(ReaderGuard)
@UseInterceptors(RecordedRead)
@Controller('v1/requests')
export class RequestTrailController {
  constructor(private readonly findRequest: FindRequest) {}

  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'The paper trail of one request' })
  @ApiOkResponse({ type: RequestTrailDocument })
  @ApiUnauthorizedResponse({ description: 'No key, or one that is not known.' })
  @ApiNotFoundResponse({ description: 'Nothing is on record about this request.' })
  async read(
    @Param('id') id: string,
    @Query() parameters: Record<string, unknown>,
  ): Promise<RequestTrailDocument> {
    noParameters(parameters);
    const requestId = requestIdOf(id);
    const rows = await this.findRequest.find(requestId);
    if (rows.length === 0) throw notFound('Nothing is on record about this request.');
    return requestTrail(requestId, rows);
  }
}
