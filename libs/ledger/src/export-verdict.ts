import { type OpenedCheckpoint } from './checkpoint.js';
import { type ExportFault } from './export-fault.js';
import { type ExportHeader, type ExportRecord } from './export-format.js';
import { type OffsetGap } from './lane-ends.js';
import { type NoteVerifier } from './signed-note.js';

/** What an export is verified against. */
export interface VerifyOptions {
  /** The key of the ledger. */
  readonly key: NoteVerifier;
  /** Keys of witnesses whose signatures count. */
  readonly witnesses?: readonly NoteVerifier[];
  /** Checkpoints that somebody kept: the export must reach them and agree with them, so that a tail cut off shows. */
  readonly until?: readonly OpenedCheckpoint[];
  /** Is told what the first line says, once its signatures were found to hold. */
  readonly onHeader?: (header: ExportHeader, checkpoint: OpenedCheckpoint) => void;
  /** Is told of each record that holds, in order. */
  readonly onRecord?: (record: ExportRecord, line: number) => void;
  /** Is told of each gap in the offsets of a partition, in order. */
  readonly onGap?: (gap: OffsetGap, line: number) => void;
}

/** What the verification of an export says. */
export interface ExportVerdict {
  /** The first thing that is wrong; undefined when everything holds. */
  readonly fault?: ExportFault;
  readonly header?: ExportHeader;
  /** The export's own, once its signature was found to hold. */
  readonly checkpoint?: OpenedCheckpoint;
  /** How many records hold. */
  readonly records: number;
  /** How many of them are there by place and hash alone. */
  readonly withheld: number;
  /** How many of them are there as ciphertext. */
  readonly encrypted: number;
  /** How many times offsets are missing; whether that is in order is for the rules to say. */
  readonly gaps: number;
  /**
   * What is proven of completeness: `whole`, every record from the first one to the checkpoint is there; `range`, every
   * record of the range is; `none`, records may have been left out, as a filtered export proves inclusion only.
   */
  readonly completeness: 'whole' | 'range' | 'none';
}
