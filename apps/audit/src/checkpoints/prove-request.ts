import { leafHash, proveInclusion } from '@tollgate/ledger';
import { notFound } from '@tollgate/runtime';
import { type LeafRow, leafOfRow } from '../tree/leaf-row.js';
import { type TreeReaders } from '../tree/tree-readers.js';
import { type Checkpoints } from './checkpoints.js';
import { type FindLeaves } from './find-leaves.js';
import { type RecordProofDocument, type RequestProofDocument } from './request-proof.document.js';

const base64 = (hash: Buffer): string => hash.toString('base64');

/** Proves that the records of a request are in the tree of the newest checkpoint. */
export class ProveRequest {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly leaves: FindLeaves,
    private readonly trees: TreeReaders,
  ) {}

  /** @throws Problem 404 where nothing is on record about the request */
  async prove(requestId: string): Promise<RequestProofDocument> {
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
