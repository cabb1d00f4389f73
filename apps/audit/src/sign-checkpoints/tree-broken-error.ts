/** Records or tiles are not what a checkpoint has signed: the ledger was changed after the fact. */
export class TreeBrokenError extends Error {
  override readonly name = 'TreeBrokenError';
}
