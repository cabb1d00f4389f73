/** A checkpoint as it is stored. */
export interface CheckpointRow {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly at: Date;
}

/** The row as it comes from the database. */
export interface StoredCheckpoint extends Omit<CheckpointRow, 'size'> {
  readonly size: string;
}

/** The columns of {@link StoredCheckpoint} in SQL. */
export const CHECKPOINT_COLUMNS = 'size, root, note, at';

export const checkpointRow = ({ size, ...rest }: StoredCheckpoint): CheckpointRow => ({
  ...rest,
  size: Number(size),
});
