/**
 * The topic under which reads of the ledger are on record. It is no topic of the broker: the ledger itself writes it, in
 * one partition.
 */
export const LEDGER_READ = 'ledger.read';
