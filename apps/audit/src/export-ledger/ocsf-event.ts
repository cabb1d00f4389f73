import { type JsonObject, type JsonValue } from '@tollgate/contracts';
import { jsonOf } from '../query-ledger/event-document.js';
import { withoutTokens } from '../query-ledger/without-tokens.js';
import { LEDGER_READ } from '../record-read/ledger-read.js';
import { type ExportRow } from './export-rows.js';

/** The version of the Open Cybersecurity Schema Framework whose class is written. */
const OCSF_VERSION = '1.3.0';
const APPLICATION_ACTIVITY = 6;
/** What an application did, and for whom. */
const API_ACTIVITY = 6003;

/** What OCSF calls the kind of an activity. */
const ACTIVITY = { unknown: 0, create: 1, read: 2, update: 3, delete: 4 } as const;
const SEVERITY = { informational: 1, low: 2, medium: 3, high: 4 } as const;
const STATUS = { success: 1, failure: 2 } as const;
const SYSTEM_USER = 3;
const USER = 1;

const CREATES = new Set([
  'request.submitted',
  'vote.cast',
  'question.asked',
  'delegation.declared',
  'policy.proposed',
  'action.released',
]);
const DELETES = new Set(['request.withdrawn', 'release.revoked']);
const GOOD = new Set(['approve', 'approved', 'passed', 'released', 'redeemed']);
const BAD = new Set(['deny', 'denied', 'blocked', 'expired', 'cancelled', 'failed', 'revoked', 'rejected']);

/** Where the data of an event names who brought it about, by topic; elsewhere it was the service itself. */
const ACTORS: Readonly<Record<string, readonly string[]>> = {
  'request.submitted': ['/request/requester'],
  'vote.cast': ['/vote/person'],
  'question.asked': ['/askedBy'],
  'question.answered': ['/answeredBy'],
  'delegation.declared': ['/revokedBy', '/declaredBy'],
  'request.withdrawn': ['/withdrawnBy'],
  'request.failed': ['/givenUpBy'],
  'release.redeemed': ['/redeemedBy'],
  'release.revoked': ['/revokedBy'],
  'policy.proposed': ['/proposedBy'],
  'policy.published': ['/operator'],
  [LEDGER_READ]: ['/reader'],
};

function at(value: JsonValue, pointer: string): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const name of pointer.split('/').slice(1)) {
    if (found === null || typeof found !== 'object' || Array.isArray(found)) return undefined;
    found = found[name];
  }
  return found;
}

const textAt = (value: JsonValue, pointer: string): string | undefined => {
  const found = at(value, pointer);
  return typeof found === 'string' ? found : undefined;
};

const activityOf = ({ topic, reading }: ExportRow): number => {
  if (reading !== 'event') return ACTIVITY.unknown;
  if (topic === LEDGER_READ) return ACTIVITY.read;
  if (CREATES.has(topic)) return ACTIVITY.create;
  return DELETES.has(topic) ? ACTIVITY.delete : ACTIVITY.update;
};

function severityOf({ topic, outcome, reading }: ExportRow, data: JsonValue): number {
  if (reading === 'unreadable' || /\.dead-letter$/.test(topic)) return SEVERITY.medium;
  if (textAt(data, '/decision/decidedBy') === 'break-glass') return SEVERITY.high;
  const overrides = at(data, '/decision/overrides');
  if (Array.isArray(overrides) && overrides.length > 0) return SEVERITY.medium;
  return outcome !== null && BAD.has(outcome) ? SEVERITY.low : SEVERITY.informational;
}

const statusOf = (outcome: string | null): JsonObject => {
  if (outcome === null) return {};
  if (GOOD.has(outcome)) return { status_id: STATUS.success, status: 'Success', status_detail: outcome };
  return BAD.has(outcome) ? { status_id: STATUS.failure, status: 'Failure', status_detail: outcome } : {};
};

/** A service's name, from its CloudEvents `source`. */
const serviceOf = (event: JsonValue): string => textAt(event, '/source')?.split('/').at(-1) ?? 'unknown';

/**
 * A record of the ledger as an event of the class API Activity (6003) of OCSF 1.3.0, for tools that collect security events.
 * What OCSF has no place for lies under `unmapped`: the place of the record, its hash, and its data without credentials. A
 * record that is no event is one of an unknown activity.
 */
export function ocsfEvent(row: ExportRow): JsonObject {
  const event = row.withheld ? null : withoutTokens(jsonOf(row.value));
  const data = at(event, '/data') ?? event;
  const activity = activityOf(row);
  const service = serviceOf(event);
  const recorded = Number(row.arrived_ms);
  const person = (ACTORS[row.topic] ?? []).flatMap((pointer) => textAt(data, pointer) ?? [])[0];
  return {
    activity_id: activity,
    activity_name: row.topic,
    category_uid: APPLICATION_ACTIVITY,
    category_name: 'Application Activity',
    class_uid: API_ACTIVITY,
    class_name: 'API Activity',
    type_uid: API_ACTIVITY * 100 + activity,
    severity_id: severityOf(row, data),
    time: row.broker_ms === null ? recorded : Number(row.broker_ms),
    ...statusOf(row.outcome),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Tollgate', vendor_name: 'Tollgate', feature: { name: 'ledger' } },
      uid: textAt(event, '/id') ?? `${row.topic}/${row.partition}/${row.record_offset}`,
      log_name: row.topic,
      logged_time: recorded,
      sequence: Number(row.seq),
      ...(row.event_type === null ? {} : { event_code: row.event_type }),
      ...(row.request_id === null ? {} : { correlation_uid: row.request_id }),
    },
    actor: {
      app_name: service,
      user:
        person === undefined
          ? { name: service, type_id: SYSTEM_USER, type: 'System' }
          : { name: person, type_id: USER, type: 'User' },
    },
    api: { operation: row.topic, service: { name: service } },
    src_endpoint: { svc_name: service },
    ...(row.request_id === null
      ? {}
      : {
          resources: [
            { uid: row.request_id, type: 'request', ...(row.action === null ? {} : { name: row.action }) },
          ],
        }),
    unmapped: {
      topic: row.topic,
      partition: row.partition,
      offset: row.record_offset,
      sha256: row.sha256.toString('hex'),
      reading: row.reading,
      environment: row.environment,
      riskLevel: row.risk_level,
      requester: row.requester,
      persons: row.persons ?? [],
      data: data ?? null,
    },
  };
}
