/**
 * How late timers and reminders are with many approvals pending, with two processes and right after a restart, and by
 * which plans the statements of clocks and mails find their rows.
 *
 *   node tools/build/build.mjs && node tools/bench/measure-clocks.mjs [pending]
 */
import 'reflect-metadata';
import { performance } from 'node:perf_hooks';
import * as servers from '../../libs/servers/dist/index.js';

const PENDING = Number(process.argv[2] ?? 100_000);
const DUE = 5_000;
const SPREAD_SECONDS = 20;
const OVERDUE = 5_000;

const started = await servers.startTestServers();
Object.assign(process.env, started.environment);
const of = (path) => import(`../../apps/notifier/dist/${path}.js`);
const [
  { TestStore },
  { aFile, aStep },
  { TimerClock },
  { FireReminders },
  { owedMails },
  { mailQueue },
  { mailDigests },
] = await Promise.all(
  [
    'testing/test-store',
    'testing/routes',
    'fire-timer/timer-clock',
    'fire-timer/fire-reminders',
    'send-mail/owed-mails.store',
    'send-mail/mail-queue.store',
    'send-mail/mail-digests.store',
  ].map(of),
);
const store = await TestStore.create('clocks', servers);
const say = (line) => process.stdout.write(`${line}\n`);
const quantiles = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  return `n ${sorted.length}, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
};

try {
  const processes = [await store.process(), await store.process()];
  const [first] = processes;
  const step = aStep(['erin', 'bob'], { reminders: ['PT2H'] });
  const began = performance.now();
  for (let opened = 0; opened < PENDING; opened += 250)
    await first.open(...Array.from({ length: 250 }, () => aFile({ plan: [step] })));
  say(`${PENDING} approvals pending, opened in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  await store.admin('VACUUM ANALYZE approval');

  const clockOf = (process) => {
    const reminders = new FireReminders({
      dataSource: process.dataSource,
      policy: store.policy,
      onQueued: () => undefined,
    });
    return new TimerClock(
      {
        fireDue: async () => (await process.timers.fireDue()) + (await reminders.fireDue()),
        untilNext: () => process.timers.untilNext(process.dataSource),
      },
      process.logger,
    );
  };
  const lateness = (from) =>
    from
      .flatMap((process) => process.relay.events('decision.made'))
      .map(({ data: { decision } }) => Date.parse(decision.decidedAt) - Date.parse(decision.deadline));
  const fired = async (count, from) =>
    servers.waitUntil(
      'all have fired',
      () => from.flatMap(({ relay }) => relay.records).length >= count,
      120_000,
    );

  // Due one after the other.
  await store.admin(
    `WITH due AS (SELECT request_id, row_number() OVER () AS place FROM approval WHERE status = 'pending' LIMIT ${DUE})
     UPDATE approval SET deadline = clock_timestamp() + interval '3 s' + place * interval '${(SPREAD_SECONDS * 1000) / DUE} ms'
     FROM due WHERE approval.request_id = due.request_id`,
  );
  // Reminders at the same time.
  await store.admin(
    `WITH due AS (SELECT request_id, row_number() OVER () AS place FROM approval WHERE status = 'pending' AND deadline > clock_timestamp() + interval '1 hour' LIMIT ${DUE})
     UPDATE approval SET remind_at = clock_timestamp() + interval '3 s' + place * interval '${(SPREAD_SECONDS * 1000) / DUE} ms',
       opened_at = clock_timestamp() - interval '2 hours' + interval '3 s' + place * interval '${(SPREAD_SECONDS * 1000) / DUE} ms'
     FROM due WHERE approval.request_id = due.request_id`,
  );
  const [reminded] = [
    await store.admin(
      `SELECT request_id, remind_at FROM approval WHERE remind_at < clock_timestamp() + interval '1 hour'`,
    ),
  ];
  let clocks = processes.map(clockOf);
  clocks.forEach((clock) => clock.start());
  await fired(DUE, processes);
  await servers.waitUntil(
    'all reminders are queued',
    async () =>
      (await store.admin(`SELECT count(*)::integer AS count FROM mail WHERE kind = 'reminded'`))[0].count >=
      DUE * 2,
    60_000,
  );
  await Promise.all(clocks.map((clock) => clock.stop()));
  say(
    `timers, ${DUE / SPREAD_SECONDS}/s, beside as many reminders, two processes: ${quantiles(lateness(processes))}`,
  );
  const at = new Map(reminded.map((row) => [row.request_id, row.remind_at.getTime()]));
  const mails = await store.admin(`SELECT request_id, next_attempt_at FROM mail WHERE kind = 'reminded'`);
  say(
    `reminders queued after their time: ${quantiles(mails.map((mail) => mail.next_attempt_at.getTime() - at.get(mail.request_id)))}`,
  );

  // Overdue at a restart, and one that is due a second after it.
  await store.admin(
    `WITH due AS (SELECT request_id, row_number() OVER () AS place FROM approval WHERE status = 'pending' LIMIT ${OVERDUE + 100})
     UPDATE approval SET deadline = clock_timestamp() + CASE WHEN place <= ${OVERDUE} THEN - place * interval '1 s' ELSE interval '5 s' END
     FROM due WHERE approval.request_id = due.request_id`,
  );
  const restarted = [await store.process(), await store.process()];
  clocks = restarted.map(clockOf);
  const restart = performance.now();
  clocks.forEach((clock) => clock.start());
  await fired(OVERDUE, restarted);
  say(
    `${OVERDUE} overdue at a restart: all fired after ${((performance.now() - restart) / 1000).toFixed(2)} s`,
  );
  await fired(OVERDUE + 100, restarted);
  await Promise.all(clocks.map((clock) => clock.stop()));
  const onTime = restarted
    .flatMap((process) => process.relay.events('decision.made'))
    .filter(
      ({ data }) =>
        Date.parse(data.decision.decidedAt) - Date.parse(data.decision.deadline) < 5_000 &&
        Date.parse(data.decision.deadline) > Date.now() - 60_000,
    );
  say(
    `timers due 5 s later: ${quantiles(
      onTime
        .map(({ data: { decision } }) => Date.parse(decision.decidedAt) - Date.parse(decision.deadline))
        .filter((late) => late < 5_000)
        .slice(-100),
    )}`,
  );

  // The queue of mails, and the plans.
  const { dataSource } = restarted[0];
  const timed = async (name, work) => {
    const times = [];
    for (let round = 0; round < 7; round += 1) {
      const start = performance.now();
      await work();
      times.push(performance.now() - start);
    }
    say(`${name}: ${times.map((time) => time.toFixed(1)).join(', ')} ms`);
  };
  await timed('queue the mails of 10 approvals', () => owedMails.queueAsked(dataSource, 10));
  await timed('queue the news of 10 decisions', () => owedMails.queueNews(dataSource, 10));
  await timed('claim 10 mails', () => dataSource.transaction((tx) => mailQueue.claim(tx, 10)));
  await timed('look at the windows of two people', () => mailDigests.windows(dataSource, ['erin', 'bob'], 9));
  await timed('seal digests', () => mailDigests.seal(dataSource, 1));
  await timed('look at the clock', () => restarted[0].timers.untilNext(dataSource));
  const runner = dataSource.createQueryRunner();
  const seen = new Set();
  for (let connection = 0; connection < 6; connection += 1) {
    const rows = await runner.query('SELECT name, statement FROM pg_prepared_statements ORDER BY name');
    for (const { name, statement } of rows) {
      if (seen.has(name) || !/^(timer|reminder|mail)_/.test(name)) continue;
      seen.add(name);
      const plan = await runner.query(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${statement}`);
      const scans = plan
        .map((row) => row['QUERY PLAN'].trim())
        .filter((line) => /Scan/.test(line) && !/CTE|Subquery|Function|Values/.test(line));
      say(`${name}: ${scans.map((line) => line.replace(/^->\s*/, '')).join('; ')}`);
    }
  }
  await runner.release();
} finally {
  await store.drop();
  await started.stop?.();
}
