import { Controller, Get, Header, Param, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { LEAF_FORMS, type LeafForm, leafHash, proveInclusion } from '@tollgate/ledger';
import { notFound } from '@tollgate/runtime';
import { ReaderGuard } from '../ledger-reader/reader.guard.js';
import { PlaceDocument } from '../query-ledger/event-document.js';
import { noParameters } from '../query-ledger/no-parameters.js';
import { RecordedRead } from '../record-read/recorded-read.interceptor.js';
import { requestIdOf } from '../request-trail/request-id.js';
import { type LeafRow, leafOfRow } from '../tree/leaf-row.js';
import { TreeReaders } from '../tree/tree-readers.js';
import { CheckpointDocument } from './checkpoints.controller.js';
import { Checkpoints } from './checkpoints.js';
import { FindLeaves } from './find-leaves.js';

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

const base64 = (hash: Buffer): string => hash.toString('base64');

/** `GET /v1/requests/{id}/proof`. */
@ApiTags('proofs')
@ApiBearerAuth()
@UseGuards(ReaderGuard)
@UseInterceptors(RecordedRead)
@Controller('v1/requests')
export class RequestProofController {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly leaves: FindLeaves,
    private readonly trees: TreeReaders,
  ) {}

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
    const requestId = requestIdOf(id);
    const rows = await this.leaves.ofRequest(requestId);
    if (rows.length === 0) throw notFound('Nothing is on record about this request.');
    const checkpoint = await this.checkpoints.latest();
    const size = checkpoint?.size ?? 0;
    const covered = rows.filter(({ seq }) => Number(seq) < size);
    const { read } = this.trees.open();
    const records: RecordProofDocument[] = [];
    for (const row of covered)
      records.push(proofDocument(row, await proveInclusion(Number(row.seq), size, read)));
    return {
      requestId,
      checkpoint:
        checkpoint === undefined
          ? null
          : { size, root: base64(checkpoint.root), at: checkpoint.at.toISOString(), note: checkpoint.note },
      records,
      pending: rows.length - covered.length,
    };
  }
}

function proofDocument(row: LeafRow, proof: readonly Buffer[]): RecordProofDocument {
  const leaf = leafOfRow(row);
  return {
    seq: Number(row.seq),
    place: { topic: leaf.topic, partition: leaf.partition, offset: row.record_offset },
    form: leaf.form,
    recordedAt: new Date(leaf.arrivedAt).toISOString(),
    time: leaf.brokerTime === null ? null : new Date(leaf.brokerTime).toISOString(),
    sha256: row.sha256.toString('hex'),
    leafHash: base64(leafHash(leaf)),
    proof: proof.map(base64),
  };
}
