import { setTimeout as pause } from 'node:timers/promises';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type IncomingRecord } from '@tollgate/messaging';
import { chunksOf } from './chunks-of.js';
import { Ledger } from './ledger.js';

/**
 * The time from the beginning of one round to the next while records trickle in. A transaction for each single record
 * would cost ten times the CPU, which the road needs more; nobody waits for the ledger, and the first record after a
 * silence is written at once.
 */
const ROUND_MS = 50;
/** A round of so many records is a full one: there is no use in waiting for more. */
const FULL_ROUND = 500;

/** Puts every record of every topic on record. */
@Controller()
export class RecordRecordsHandler {
  constructor(private readonly ledger: Ledger) {}

  /** @throws the database's error; the lanes know one that passes from one that does not */
  @EventPattern('*', { batch: true, raw: true })
  async record(batch: IncomingRecord[]): Promise<void> {
    const begun = performance.now();
    for (const chunk of chunksOf(batch)) await this.ledger.record(chunk);
    const left = begun + ROUND_MS - performance.now();
    if (batch.length < FULL_ROUND && left > 1) await pause(left);
  }
}
