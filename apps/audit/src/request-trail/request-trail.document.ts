import { ApiProperty } from '@nestjs/swagger';
import { type Decision, type Guardrail, type Request, type Route, type Vote } from '@tollgate/contracts';
import { PlaceDocument } from '../query-ledger/event-document.js';
import { type Reading, READINGS } from '../record-records/understand-record.js';

/** How a request stands by the ledger alone; `rejected` where nothing but a refusal at the door is on record. */
export const TRAIL_STATUSES = [
  'pending',
  'approved',
  'released',
  'blocked',
  'denied',
  'cancelled',
  'expired',
  'failed',
  'rejected',
  'unknown',
] as const;
export type TrailStatus = (typeof TRAIL_STATUSES)[number];

const section = (description: string) =>
  ({ type: 'object', additionalProperties: true, nullable: true, description }) as const;
const nullableText = { type: 'string', nullable: true } as const;

/** One record of a request's trail. */
export class TrailEventDocument {
  @ApiProperty({ description: 'Position in the ledger.' }) seq!: number;
  @ApiProperty() place!: PlaceDocument;
  @ApiProperty({ description: 'SHA-256, hex, of key, headers and value, each after its length.' })
  sha256!: string;
  @ApiProperty({ enum: READINGS }) reading!: Reading;
  @ApiProperty({ ...nullableText, description: 'The CloudEvents type.' }) type!: string | null;
  @ApiProperty({ ...nullableText, description: 'The CloudEvents id.' }) id!: string | null;
  @ApiProperty({ ...nullableText, description: 'The id of the event that caused it.' }) causationId!:
    string | null;
  @ApiProperty({ type: [String], description: 'Persons by their id, else the part of the system.' })
  who!: string[];
  @ApiProperty({ description: 'One sentence for people.' }) what!: string;
  @ApiProperty({ description: 'When it happened, as the event says. UTC.' }) time!: string;
  @ApiProperty({ description: 'When it was recorded here. UTC.' }) recordedAt!: string;
  @ApiProperty({
    enum: ['identical', 'different'],
    nullable: true,
    description:
      'Set on a later event of the same key, which changes nothing: the first one rules. `different` is an alarm of the service that read it.',
  })
  repeat!: 'identical' | 'different' | null;
}

/** The release without its token, which is a credential. */
export class TrailReleaseDocument {
  @ApiProperty() id!: string;
  @ApiProperty() audience!: string;
  @ApiProperty() releasedAt!: string;
  @ApiProperty() expiresAt!: string;
  @ApiProperty({ description: 'SHA-256, hex, of the token: a holder can prove which one it was.' })
  tokenSha256!: string;
}

/** The paper trail of one request. */
export class RequestTrailDocument {
  @ApiProperty() requestId!: string;
  @ApiProperty({ enum: TRAIL_STATUSES }) status!: TrailStatus;
  @ApiProperty(section('What was asked; `request` of the first request.submitted.')) request!: Request | null;
  @ApiProperty(section('Who decides, by which rule; `route` of the first route.resolved.'))
  route!: Route | null;
  @ApiProperty(section('What was decided; `decision` of the first decision.made, without the votes.'))
  decision!: Omit<Decision, 'votes'> | null;
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'Every vote, counted or not.',
  })
  votes!: Vote[];
  @ApiProperty(section('What every guardrail said; `guardrail` of the first guardrail.evaluated.'))
  guardrail!: Guardrail | null;
  @ApiProperty({ type: () => TrailReleaseDocument, nullable: true }) release!: TrailReleaseDocument | null;
  @ApiProperty({
    type: [TrailEventDocument],
    description: "Every record of the request, in the road's order.",
  })
  events!: TrailEventDocument[];
}
