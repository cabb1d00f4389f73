import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { ReaderGuard } from '../ledger-reader/reader.guard.js';
import { LedgerState } from './ledger-state.js';

/** How far the ledger has read a partition. */
export class LedgerPositionDocument {
  @ApiProperty() topic!: string;
  @ApiProperty() partition!: number;
  @ApiProperty({
    description: 'The offset that is recorded next; everything before is on record or explained. Text.',
  })
  next!: string;
}

/** Where the ledger stands. */
export class LedgerStateDocument {
  @ApiProperty({ description: 'How many records there are; the next one gets this `seq`.' }) records!: number;
  @ApiProperty({ description: 'When the last record arrived. UTC.' }) lastRecordedAt!: string;
  @ApiProperty({ description: 'Records with other bytes than those on record at their place. Must be 0.' })
  suspects!: number;
  @ApiProperty({ description: 'Stretches of offsets that are missing without an explanation. Must be 0.' })
  unexplainedGaps!: number;
  @ApiProperty({ type: [LedgerPositionDocument] }) positions!: LedgerPositionDocument[];
}

/** `GET /v1/ledger/state`: how far the ledger is, for whoever waits until it has caught up with a topic's end. */
@ApiTags('ledger')
@ApiBearerAuth()
@UseGuards(ReaderGuard)
@Controller('v1/ledger/state')
export class LedgerStateController {
  constructor(private readonly state: LedgerState) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'How far the ledger has read each partition, and whether anything is wrong with it',
  })
  @ApiOkResponse({ type: LedgerStateDocument })
  @ApiUnauthorizedResponse({ description: 'No key, or one that is not known.' })
  read(): Promise<LedgerStateDocument> {
    return this.state.read();
  }
}
