import { Controller, Get, Header, Param, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { ReaderGuard } from '../ledger-reader/reader.guard.js';
import { noParameters } from '../query-ledger/no-parameters.js';
import { RecordedRead } from '../record-read/recorded-read.interceptor.js';
import { requestIdOf } from '../request-trail/request-id.js';
import { ProveRequest } from './prove-request.js';
import { RequestProofDocument } from './request-proof.document.js';

/** `GET /v1/requests/{id}/proof`. */
@ApiTags('proofs')
@ApiBearerAuth()
@UseGuards(ReaderGuard)
@UseInterceptors(RecordedRead)
@Controller('v1/requests')
export class RequestProofController {
  constructor(private readonly proveRequest: ProveRequest) {}

  @Get(':id/proof')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Inclusion proofs for every record of a request against the newest checkpoint' })
  @ApiOkResponse({ type: RequestProofDocument })
  @ApiUnauthorizedResponse({ description: 'No key, or one that is not known.' })
  @ApiNotFoundResponse({ description: 'Nothing is on record about this request.' })
  async prove(
    @Param('id') id: string,
    @Query() parameters: Record<string, unknown>,
  ): Promise<RequestProofDocument> {
    noParameters(parameters);
    return this.proveRequest.prove(requestIdOf(id));
  }
}
