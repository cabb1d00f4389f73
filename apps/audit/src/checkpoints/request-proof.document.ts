import { ApiProperty } from '@nestjs/swagger';
import { LEAF_FORMS, type LeafForm } from '@tollgate/ledger';
import { PlaceDocument } from '../query-ledger/event-document.js';
import { CheckpointDocument } from './checkpoints.controller.js';

/** That one record is in the tree. */
export class RecordProofDocument {
  @ApiProperty({ description: 'Its index in the tree.' }) seq!: number;
  @ApiProperty() place!: PlaceDocument;
  @ApiProperty({ enum: LEAF_FORMS }) form!: LeafForm;
  @ApiProperty({ description: 'UTC.' }) recordedAt!: string;
  @ApiProperty({ type: 'string', nullable: true, description: "The broker's time. UTC." }) time!:
    string | null;
  @ApiProperty({ description: 'SHA-256, hex, of key, headers and value, each after its length.' })
  sha256!: string;
  @ApiProperty({ description: 'Base64, as RFC 9162 hashes a leaf; computed from the members above.' })
  leafHash!: string;
  @ApiProperty({ type: [String], description: 'Hashes in base64, in the order of RFC 9162, 2.1.3.1.' })
  proof!: string[];
}

/** That the records of a request are in the tree of a signed checkpoint. */
export class RequestProofDocument {
  @ApiProperty() requestId!: string;
  @ApiProperty({ type: CheckpointDocument, nullable: true }) checkpoint!: CheckpointDocument | null;
  @ApiProperty({ type: [RecordProofDocument] }) records!: RecordProofDocument[];
  @ApiProperty({
    description: 'Records of the request that came after the checkpoint; ask again in ten seconds.',
  })
  pending!: number;
}
