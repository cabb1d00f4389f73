import { type DynamicModule, Module } from '@nestjs/common';
import { onceDatabaseAnswers, sqlStateOf } from '@tollgate/persistence';
import { BOOT_LIMIT_MS, type ServiceParts } from '@tollgate/runtime';
import { type AuditConfig } from './audit.config.js';
import { explorerParts } from './explorer-page/explorer-parts.js';
import { ledgerPool } from './ledger-reader/ledger-pool.js';
import { ReaderGuard } from './ledger-reader/reader.guard.js';
import { Readers } from './ledger-reader/readers.js';
import { ReadRecorder } from './record-read/read-recorder.js';
import { RecordedRead } from './record-read/recorded-read.interceptor.js';
import { CheckpointsController, LedgerVerifier } from './checkpoints/checkpoints.controller.js';
import { Checkpoints } from './checkpoints/checkpoints.js';
import { FindLeaves } from './checkpoints/find-leaves.js';
import { ProveRequest } from './checkpoints/prove-request.js';
import { RequestProofController } from './checkpoints/request-proof.controller.js';
import { ExportController } from './export-ledger/export.controller.js';
import { CheckInvariants } from './invariants/check-invariants.js';
import { InvariantsController } from './invariants/invariants.controller.js';
import { MakeReport } from './reports/make-report.js';
import { ReportsController } from './reports/reports.controller.js';
import { ExportLedger } from './export-ledger/export-ledger.js';
import { TreeReaders } from './tree/tree-readers.js';
import { readForgotten } from './record-records/read-forgotten.js';
import { MonthPartitions } from './month-partitions/month-partitions.js';
import { CursorSeal } from './query-ledger/cursor.js';
import { EventsController } from './query-ledger/events.controller.js';
import { FindEvents } from './query-ledger/find-events.js';
import { LedgerStateController } from './query-ledger/ledger-state.controller.js';
import { LedgerState } from './query-ledger/ledger-state.js';
import { Ledger } from './record-records/ledger.js';
import { LedgerTables } from './record-records/ledger-tables.js';
import { RecordRecordsHandler } from './record-records/record-records.handler.js';
import { FindRequest } from './request-trail/find-request.js';
import { CheckpointMirror } from './sign-checkpoints/checkpoint-mirror.js';
import { readCheckpointKey } from './sign-checkpoints/checkpoint-key.js';
import { Sequencer } from './sign-checkpoints/sequencer.js';
import { RequestTrailController } from './request-trail/request-trail.controller.js';

/** One writes at a time; the second connection answers the health check meanwhile. */
const WRITER_CONNECTIONS = 2;
const READER_CONNECTIONS = 6;
/** Held by the process that signs. */
const SEQUENCER_CONNECTIONS = 1;

/** What audit is built from. */
export type AuditParts = Pick<
  ServiceParts<AuditConfig>,
  'config' | 'logger' | 'metrics' | 'health' | 'onStop'
> &
  // Absent where nothing is read from a broker.
  Partial<Pick<ServiceParts<AuditConfig>, 'connection'>>;

/** SQLSTATEs of what was never created: a function, a table. */
const NOT_THERE = new Set(['42883', '42P01']);

/** @throws an error that says what to do where the tables are not there, else the error of what was tried */
async function opened(open: () => Promise<void>): Promise<void> {
  try {
    await open();
  } catch (error) {
    if (!NOT_THERE.has(sqlStateOf(error) ?? '')) throw error;
    throw new Error(
      'the ledger has no tables yet: run apps/audit/dist/migrate.js first, with MIGRATION_DATABASE_URL for the role audit_owner',
      { cause: error },
    );
  }
}

/** Every part of audit. */
@Module({})
export class AuditModule {
  /** @throws the database's error where the ledger cannot be opened: not reachable, or not migrated */
  static async of({
    config,
    logger,
    metrics,
    health,
    connection,
    onStop,
  }: AuditParts): Promise<DynamicModule> {
    const writer = ledgerPool({
      url: config.databaseUrl,
      size: WRITER_CONNECTIONS,
      applicationName: 'tollgate-audit-writer',
      logger,
    });
    onStop(() => writer.end());
    const reader = ledgerPool({
      url: config.readerDatabaseUrl,
      size: READER_CONNECTIONS,
      applicationName: 'tollgate-audit-reader',
      logger,
    });
    onStop(() => reader.end());
    const sequencing = ledgerPool({
      url: config.databaseUrl,
      size: SEQUENCER_CONNECTIONS,
      applicationName: 'tollgate-audit-sequencer',
      logger,
    });
    onStop(() => sequencing.end());

    const trees = new TreeReaders(reader);
    const checkpoints = new Checkpoints(reader);
    const readers = new Readers({
      firstKeySha256: config.ledgerReaderKeySha256,
      file: config.ledgerReadersFile,
      logger,
    });
    const signer = readCheckpointKey(config.ledgerKeyFile, config.ledgerOrigin);
    const tables = new LedgerTables(writer);
    const partitions = new MonthPartitions(tables, logger);
    const sequencer = new Sequencer({
      pool: sequencing,
      signer,
      logger,
      metrics,
      mirror:
        config.ledgerMirrorFile === undefined ? undefined : new CheckpointMirror(config.ledgerMirrorFile),
    });
    const ledger = new Ledger({
      tables,
      logger,
      metrics,
      onAppended: (nextSeq) => sequencer.noticed(nextSeq),
    });
    onStop(() => partitions.stop());
    onStop(() => sequencer.stop());
    await opened(async () => {
      await onceDatabaseAnswers(() => partitions.start(), BOOT_LIMIT_MS);
      await ledger.open();
    });
    if (connection !== undefined) await readForgotten({ connection, ledger, logger });
    sequencer.start();

    health.add('month partitions', () => partitions.health());
    health.add('checkpoints', () => sequencer.health());
    for (const [name, pool] of [
      ['ledger writer', writer],
      ['ledger reader', reader],
    ] as const) {
      health.add(name, async () => {
        await pool.query('SELECT 1');
        return { ok: true, detail: 'answers' };
      });
    }

    const explorer = explorerParts({
      readers,
      pool: reader,
      logger,
      origin: config.explorerOrigin,
      secretFile: config.ledgerKeyFile,
    });
    return {
      module: AuditModule,
      controllers: [
        RecordRecordsHandler,
        EventsController,
        LedgerStateController,
        RequestTrailController,
        CheckpointsController,
        RequestProofController,
        ExportController,
        ReportsController,
        InvariantsController,
        ...explorer.controllers,
      ],
      providers: [
        { provide: Ledger, useValue: ledger },
        { provide: Readers, useValue: readers },
        ReaderGuard,
        { provide: ReadRecorder, useValue: new ReadRecorder(ledger) },
        RecordedRead,
        { provide: Checkpoints, useValue: checkpoints },
        { provide: TreeReaders, useValue: trees },
        { provide: ExportLedger, useValue: new ExportLedger(reader, trees) },
        { provide: MakeReport, useValue: new MakeReport(reader) },
        { provide: CheckInvariants, useValue: new CheckInvariants(reader) },
        {
          provide: ProveRequest,
          useValue: new ProveRequest(checkpoints, new FindLeaves(reader), trees),
        },
        { provide: LedgerVerifier, useValue: new LedgerVerifier(signer.verifier) },
        { provide: CursorSeal, useValue: new CursorSeal(config.ledgerReaderKeySha256) },
        { provide: FindEvents, useValue: new FindEvents(reader) },
        { provide: LedgerState, useValue: new LedgerState(reader) },
        { provide: FindRequest, useValue: new FindRequest(reader) },
        ...explorer.providers,
      ],
    };
  }
}
