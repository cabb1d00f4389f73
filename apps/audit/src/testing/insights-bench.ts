import { type IncomingRecord } from '@tollgate/messaging';
import { RealBrowser, createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { aReleasedRoad, inTopics } from './a-road.js';
import { anEndedRoad } from './an-ended-road.js';
import { signAll } from './test-checkpoints.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from './test-ledger.js';
import { testService } from './test-service.js';

const released = (waited: number) =>
  anEndedRoad({ votes: [['erin', 'approve']], outcome: 'approved', waited, end: 'released' });
const automatic = () => anEndedRoad({ outcome: 'approved', decidedBy: 'automation', end: 'released' });

/** What is recorded on which day. The days lie ahead, as nothing can be recorded before what was. */
const INSIGHTS_DAYS: Readonly<Record<string, readonly (readonly IncomingRecord[])[]>> = {
  '2040-01-02': [
    released(30),
    released(120),
    released(600),
    anEndedRoad({ votes: [['bob', 'deny']], outcome: 'denied', waited: 3_600, end: 'nothing' }),
  ],
  '2040-01-04': [
    anEndedRoad({
      action: 'delete_resource',
      votes: [
        ['erin', 'approve'],
        ['dave', 'abstain'],
      ],
      outcome: 'approved',
      waited: 7_200,
      end: 'blocked',
    }),
    automatic(),
    automatic(),
    anEndedRoad({ outcome: 'expired', decidedBy: 'timeout', end: 'nothing' }),
    anEndedRoad({ outcome: 'denied', decidedBy: 'policy', end: 'nothing' }),
  ],
  '2040-01-11': [
    anEndedRoad({ end: 'withdrawn' }),
    anEndedRoad({ votes: [['erin', 'approve']], outcome: 'approved', waited: 864_000, end: 'failed' }),
    anEndedRoad({
      votes: [
        ['erin', 'approve'],
        ['bob', 'approve'],
      ],
      outcome: 'approved',
      end: 'nothing',
    }),
  ],
  // Twenty-five people, thirteen of them on an action of their own.
  '2040-02-06': Array.from({ length: 25 }, (_, nth) =>
    anEndedRoad({
      action: nth < 13 ? `action_${nth + 10}` : 'deploy_prod',
      votes: [[`person-${nth + 10}`, 'approve']],
      outcome: 'approved',
      end: 'released',
    }),
  ),
};

/** The road of a request whose decision was changed, byte by byte, after it was written. */
function tampered(change: (text: string) => string): IncomingRecord[] {
  const road = anEndedRoad({ votes: [['erin', 'approve']], outcome: 'approved', end: 'released' });
  return road.map((record) =>
    record.topic === 'decision.made' && record.value !== null
      ? { ...record, value: Buffer.from(change(record.value.toString('latin1')), 'latin1') }
      : record,
  );
}
const again = anEndedRoad({ votes: [['erin', 'approve']], outcome: 'approved', end: 'released' });
/** What no service of ours writes. */
const HOSTILE: readonly (readonly IncomingRecord[])[] = [
  tampered(() => '{"data":'),
  tampered((text) => text.replace('deploy_prod', '<script>alert(1)</script>')),
  tampered((text) => text.replace('the error budget', 'the \\u0000 budget')),
  tampered((text) => text.replace('the error budget', 'the \\ud800 budget')),
  tampered((text) => text.replace(/"decidedAt":"[^"]*"/, '"decidedAt":"soon"')),
  tampered((text) => text.replace(/"decidedAt":"[^"]*"/, '"decidedAt":"infinity"')),
  tampered((text) => text.replace('"counted":true', '"counted":"perhaps"')),
  tampered((text) => text.replace('the error budget', 'the \xff budget')),
  tampered((text) => text.replace('"request":{', '"asked":{')),
  tampered((text) => text.replace('"decidedBy":"people"', '"decidedBy":"<img src=x>"')),
  anEndedRoad({ votes: [['erin', 'approve']], outcome: 'approved', end: 'released' }).filter(
    ({ topic }) => topic !== 'route.resolved',
  ),
  [...again, ...again.filter(({ topic }) => topic === 'decision.made')],
];

/** A day on which only hostile records were recorded. */
export const HOSTILE_DAY = '2040-03-05';

/** The explorer over a ledger with decisions of some days, and a browser. */
export interface InsightsBench {
  readonly ledger: TestLedger;
  readonly browser: RealBrowser;
  readonly origin: string;
  close(): Promise<void>;
}

/** Records as if it were that day: arrivals only rise. */
async function recordOn(
  ledger: TestLedger,
  day: string,
  partition: number,
  roads: readonly (readonly IncomingRecord[])[],
): Promise<void> {
  await ledger.owner.query('UPDATE ledger_end SET last_arrived_at = $1', [new Date(`${day}T12:00:00Z`)]);
  await ledger.newLedger().ledger.record(inTopics(roads, partition));
}

/** @param name of the database; @param isEmpty whether nothing is on record, not even a checkpoint */
export async function insightsBench(name: string, { isEmpty = false } = {}): Promise<InsightsBench> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers) await closer();
  };
  try {
    const database: TestDatabase = await createTestDatabase(name, LEDGER_ROLES);
    closers.unshift(() => database.drop());
    const ledger = await testLedger(database);
    closers.unshift(() => ledger.close());
    if (!isEmpty) {
      await ledger.newLedger().ledger.record(inTopics([aReleasedRoad()]));
      const days = Object.entries(INSIGHTS_DAYS);
      for (const [nth, [day, roads]] of days.entries()) await recordOn(ledger, day, nth + 1, roads);
      await recordOn(ledger, HOSTILE_DAY, days.length + 1, HOSTILE);
      await signAll(ledger.writer);
    }
    const service = await testService(database);
    closers.unshift(() => service.close());
    const origin = await service.listen();
    const browser = await RealBrowser.launch();
    closers.unshift(() => browser.close());
    return { ledger, browser, origin, close };
  } catch (error) {
    await close();
    throw error;
  }
}
