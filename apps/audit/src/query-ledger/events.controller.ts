import { Controller, Get, Header, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiQuery,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { RISK_LEVELS } from '@tollgate/contracts';
import { ReaderGuard } from '../ledger-reader/reader.guard.js';
import { RecordedRead } from '../record-read/recorded-read.interceptor.js';
import { CursorSeal } from './cursor.js';
import { EventDocument, eventDocument } from './event-document.js';
import { badParameters, DEFAULT_LIMIT, eventQuery, MAX_LIMIT } from './event-query.js';
import { FindEvents } from './find-events.js';

/** A page of the ledger, oldest record first. */
export class EventPageDocument {
  @ApiProperty({ type: [EventDocument] }) events!: EventDocument[];
  @ApiProperty({
    description:
      'Give it as `cursor`, with the same filter, to go on. Given on the last page too: there it finds what is recorded later.',
  })
  next!: string;
  @ApiProperty({
    description:
      'Whether there may be more at once. A page can hold fewer records than asked for, and more be there.',
  })
  more!: boolean;
}

const filters = [
  { name: 'requestId', description: 'Records of this request.' },
  {
    name: 'topic',
    description:
      'Records of this topic. Reads of the ledger, `ledger.read`, are listed only when they are named.',
  },
  {
    name: 'person',
    description: 'Records with which this person comes in: asks, is asked, is excluded, votes.',
  },
  { name: 'action', description: 'Events of requests for this action.' },
  { name: 'environment', description: 'Events of requests for this environment.' },
  {
    name: 'riskLevel',
    description: 'The effective risk, or the claimed one before the request is routed.',
    enum: RISK_LEVELS,
  },
  {
    name: 'outcome',
    description: 'What the record itself settles: approved, denied, passed, blocked, released, …',
  },
  {
    name: 'from',
    description:
      'Recorded then or later: a date or a time with its zone. A period that was over a minute ago never changes its answer.',
  },
  { name: 'to', description: 'Recorded before then.' },
] as const;

/** Describes the filters of the ledger's queries. */
export const apiFilters: MethodDecorator = (target, property, descriptor) => {
  for (const filter of filters)
    ApiQuery({ required: false, type: 'string', ...filter })(target, property, descriptor);
};

/** `GET /v1/events`: the ledger from front to back. */
@ApiTags('ledger')
@ApiBearerAuth()
@UseGuards(ReaderGuard)
@UseInterceptors(RecordedRead)
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly findEvents: FindEvents,
    private readonly cursors: CursorSeal,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Records of the ledger, oldest first' })
  @apiFilters
  @ApiQuery({
    name: 'cursor',
    required: false,
    type: 'string',
    description: '`next` of the page before.',
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  })
  @ApiOkResponse({ type: EventPageDocument })
  @ApiBadRequestResponse({ description: 'A problem document (RFC 9457) that names each parameter at fault.' })
  @ApiUnauthorizedResponse({ description: 'No key, or one that is not known.' })
  async list(@Query() parameters: Record<string, unknown>): Promise<EventPageDocument> {
    const { filter, question, limit, cursor } = eventQuery(parameters);
    const after = cursor === undefined ? undefined : this.cursors.open(cursor, question);
    if (cursor !== undefined && after === undefined) {
      throw badParameters([
        { pointer: '/cursor', detail: 'is not a cursor that was given out for this filter' },
      ]);
    }
    const { rows, end, more } = await this.findEvents.find(filter, limit, after);
    return {
      events: rows.map(eventDocument),
      next: this.cursors.seal(end, question),
      more,
    };
  }
}
