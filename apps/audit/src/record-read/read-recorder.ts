import { type IncomingRecord } from '@tollgate/messaging';
import { type Reader } from '../ledger-reader/reader.js';
import { type Ledger } from '../record-records/ledger.js';
import { LEDGER_READ } from './ledger-read.js';

const CREDENTIAL_DIGITS = 12;
const LONGEST_QUERY = 2_000;

/** A read of the ledger. */
export interface Read {
  readonly reader: Reader;
  /** Path and parameters as they were checked; never a secret. */
  readonly query: string;
  /** How many records were given out, where that is known beforehand. */
  readonly count?: number;
}

/** Puts reads of the ledger on record before anything is given out: what cannot be recorded is not read. */
export class ReadRecorder {
  constructor(
    private readonly ledger: Pick<Ledger, 'recordOwn'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws the database's error; nothing may be given out then */
  record({ reader, query, count }: Read): Promise<void> {
    const time = this.now();
    const value = {
      at: new Date(time).toISOString(),
      reader: reader.name,
      credential: `key:${reader.keySha256.slice(0, CREDENTIAL_DIGITS)}`,
      query: query.slice(0, LONGEST_QUERY),
      ...(count === undefined ? {} : { count }),
    };
    const record: Omit<IncomingRecord, 'topic' | 'partition' | 'offset'> = {
      key: reader.name,
      value: Buffer.from(JSON.stringify(value)),
      headers: { 'content-type': Buffer.from('application/json') },
      time,
    };
    return this.ledger.recordOwn(LEDGER_READ, record);
  }
}
