/** The first thing that is wrong with an export. */
export interface ExportFault {
  /** From 1 on; the line after the last one where something is missing at the end. */
  readonly line: number;
  /** The record's sequence number, where it is about one. */
  readonly seq?: number;
  /** `topic/partition/offset` of the record, where it is about one. */
  readonly place?: string;
  /** For people. */
  readonly why: string;
}

/** Thrown, and caught by the verification, where it cannot go on. */
export class ExportFaultError extends Error {
  override readonly name = 'ExportFaultError';

  constructor(readonly fault: ExportFault) {
    super(fault.why);
  }
}
