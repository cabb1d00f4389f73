import { isFinalStatus } from '@tollgate/contracts';
import { MicroBatch } from '@tollgate/persistence';
import { type DataSource } from 'typeorm';
import { plainArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import {
  type DeadLetterNote,
  type FinalStatus,
  type RequestSnapshot,
  type SnapshotReleaseEnd,
  type Stages,
} from './request-snapshot.js';

interface SnapshotRow {
  id: string;
  outcome: FinalStatus | null;
  request: string;
  stages: string | null;
  dead_letters: string | null;
  release_state: SnapshotReleaseEnd['state'] | null;
  release_ended_at: Date;
}

const SNAPSHOTS = new Statement<SnapshotRow>(
  'request-snapshots',
  `SELECT r.id, o.status AS outcome, r.request::text AS request,
     (SELECT json_object_agg(s.stage, json_build_object('at', s.at, 'data', s.data))::text
        FROM stage s WHERE s.request_id = r.id) AS stages,
     CASE WHEN o.status IS NULL THEN
       (SELECT json_agg(json_build_object('service', d.service, 'topic', d.topic, 'reason', d.reason, 'failedAt', d.failed_at))::text
          FROM dead_letter d WHERE d.request_id = r.id)
     END AS dead_letters,
     x.state AS release_state, x.ended_at AS release_ended_at
   FROM request r LEFT JOIN outcome o ON o.request_id = r.id LEFT JOIN release_end x ON x.request_id = r.id
   WHERE r.id = ANY ($1::uuid[])`,
);

interface GlanceRow {
  id: string;
  producer: string;
  outcome: FinalStatus | null;
}

const GLANCES = new Statement<GlanceRow>(
  'request-glances',
  `SELECT r.id, r.producer, o.status AS outcome
   FROM request r LEFT JOIN outcome o ON o.request_id = r.id
   WHERE r.id = ANY ($1::uuid[])`,
);

/** What it takes to know whether somebody may wait for a request, and whether there is anything to wait for. */
export interface RequestGlance {
  readonly producer: string;
  readonly final: boolean;
}

/** Callers of one batch at most, so that no statement grows out of bounds. */
const MAX_BATCH = 200;

/** JSON that this service wrote itself, back as what it was. */
const own = <T>(text: string): T => JSON.parse(text) as T;

const snapshotOf = (row: SnapshotRow): RequestSnapshot => ({
  request: own(row.request),
  stages: row.stages === null ? {} : own<Stages>(row.stages),
  deadLetters: row.dead_letters === null ? [] : own<DeadLetterNote[]>(row.dead_letters),
  ...(row.outcome === null ? {} : { outcome: row.outcome }),
  ...(row.release_state === null
    ? {}
    : { releaseEnd: { state: row.release_state, at: row.release_ended_at.toISOString() } }),
});

/** Reads what is known of requests; concurrent readers share a statement. */
export class RequestReader {
  readonly #dataSource: DataSource;
  readonly #snapshots: MicroBatch<string, RequestSnapshot | undefined>;
  readonly #glances: MicroBatch<string, RequestGlance | undefined>;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
    this.#snapshots = new MicroBatch({
      maxBatch: MAX_BATCH,
      work: async (ids) => {
        const found = await this.snapshots(ids);
        return ids.map((id) => found.get(id));
      },
    });
    this.#glances = new MicroBatch({
      maxBatch: MAX_BATCH,
      work: async (ids) => {
        const rows = await GLANCES.alone(dataSource, [plainArray(ids)]);
        const found = new Map(rows.map((row) => [row.id, row]));
        return ids.map((id) => {
          const row = found.get(id);
          if (row === undefined) return undefined;
          return { producer: row.producer, final: row.outcome !== null && isFinalStatus(row.outcome) };
        });
      },
    });
  }

  /** @param id a UUID in lower case; undefined for an unknown one */
  snapshot(id: string): Promise<RequestSnapshot | undefined> {
    return this.#snapshots.run(id);
  }

  /** @param id a UUID in lower case; undefined for an unknown one */
  glance(id: string): Promise<RequestGlance | undefined> {
    return this.#glances.run(id);
  }

  /** What is known of several requests at once, by id. */
  async snapshots(ids: readonly string[]): Promise<Map<string, RequestSnapshot>> {
    if (ids.length === 0) return new Map();
    const rows = await SNAPSHOTS.alone(this.#dataSource, [plainArray(ids)]);
    return new Map(rows.map((row) => [row.id, snapshotOf(row)]));
  }
}
