import { type Decision, newDelegationId, type RouteResolved, type Verdict } from '@tollgate/contracts';
import { createDataSource, migrate } from '@tollgate/persistence';
import { Registry } from 'prom-client';
import { type DataSource } from 'typeorm';
import { DivergedEvents } from '../approval/diverged-events.js';
import { NotifierMetrics } from '../approval/notifier-metrics.js';
import { ApprovalFeed } from '../approvals-api/approval-feed.js';
import { CancelApprovals } from '../cancel-approval/cancel-approvals.js';
import { CastVotes } from '../cast-vote/cast-votes.js';
import { type VoteOutcome } from '../cast-vote/vote-tally.js';
import { AskAnew } from '../delegation/ask-anew.js';
import { Delegations } from '../delegation/delegations.js';
import { FireTimers } from '../fire-timer/fire-timers.js';
import { JudgeAgain } from '../judge-again/judge-again.js';
import { NOTIFIER_MIGRATIONS } from '../migrations/notifier-migrations.js';
import { OpenApprovals } from '../open-approval/open-approvals.js';
import { routed, withdrawn } from './routes.js';
import { TestLogger } from './test-logger.js';
import { TestPolicy } from './test-policy.js';
import { TEST_TEXTS } from './test-texts.js';
import { TestRelay } from './test-relay.js';
import { type SpecDatabase, type TestServers } from './test-servers.js';

/** The use cases of one notifier process, on a database that several may share. */
export class TestProcess {
  readonly relay: TestRelay;
  readonly feed = new ApprovalFeed();
  readonly logger = new TestLogger();
  readonly registry = new Registry();
  readonly metrics: NotifierMetrics;
  readonly openApprovals: OpenApprovals;
  readonly cancelApprovals: CancelApprovals;
  readonly castVotes: CastVotes;
  readonly timers: FireTimers;
  readonly judgeAgain: JudgeAgain;
  readonly delegations: Delegations;
  readonly askAnew: AskAnew;
  /** The deadlines that the clock was told of, in milliseconds from then. */
  readonly armed: number[] = [];
  /** How often the mails of a next step were announced. */
  stepsOpened = 0;
  /** The same of another stage. */
  stagesBegun = 0;
  /** The same of a delegation. */
  askedAnew = 0;

  constructor(
    readonly dataSource: DataSource,
    readonly policy: TestPolicy,
  ) {
    this.relay = new TestRelay(dataSource);
    this.metrics = new NotifierMetrics(this.registry);
    const { relay, feed, metrics } = this;
    const diverged = new DivergedEvents(this.logger, this.registry);
    this.openApprovals = new OpenApprovals({
      relay,
      policy,
      diverged,
      metrics,
      feed,
      onOpened: (milliseconds) => this.armed.push(milliseconds),
    });
    this.cancelApprovals = new CancelApprovals({ relay, policy, diverged, metrics, feed });
    this.castVotes = new CastVotes({
      relay,
      policy,
      metrics,
      feed,
      texts: TEST_TEXTS,
      onStageBegun: () => (this.stagesBegun += 1),
    });
    this.judgeAgain = new JudgeAgain({ dataSource, relay, policy, metrics, feed });
    this.delegations = new Delegations({
      dataSource,
      relay,
      policy,
      texts: TEST_TEXTS,
      newId: newDelegationId,
      onChange: () => undefined,
    });
    this.askAnew = new AskAnew({
      dataSource,
      relay,
      policy,
      feed,
      onAsked: () => (this.askedAnew += 1),
    });
    this.timers = new FireTimers({
      relay,
      policy,
      metrics,
      feed,
      onStepOpened: () => (this.stepsOpened += 1),
    });
  }

  open(...files: RouteResolved[]): Promise<void> {
    return this.openApprovals.open(files.map(routed));
  }

  withdraw(...requestIds: string[]): Promise<void> {
    return this.cancelApprovals.cancel(requestIds.map((requestId) => withdrawn(requestId)));
  }

  vote(requestId: string, person: string, verdict: Verdict, reason = ''): Promise<VoteOutcome> {
    return this.castVotes.cast({ requestId, person, verdict, reason, authentication: 'signed-in' });
  }

  voteFor(requestId: string, person: string, onBehalfOf: string, verdict: Verdict): Promise<VoteOutcome> {
    return this.castVotes.cast({
      ...{ requestId, person, onBehalfOf, verdict },
      reason: '',
      authentication: 'signed-in',
    });
  }

  /** What was decided, by the events that went out; more than one would be a fault. */
  decisions(requestId: string): Decision[] {
    return this.relay.about('decision.made', requestId).map(({ data }) => data.decision);
  }

  /** The value of a counter. */
  async counted(name: string): Promise<number> {
    const metric = await this.registry.getSingleMetric(name)?.get();
    return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
  }
}

/** A database of the notifier for one spec file, and processes on it. */
export class TestStore {
  readonly policy = new TestPolicy();
  readonly #open: DataSource[] = [];

  private constructor(private readonly database: SpecDatabase) {}

  static async create(name: string, servers: Pick<TestServers, 'createTestDatabase'>): Promise<TestStore> {
    const database = await servers.createTestDatabase(`notifier_${name}`, ['notifier']);
    await migrate({ url: database.url, migrations: NOTIFIER_MIGRATIONS });
    return new TestStore(database);
  }

  /** Connects as the service's own role, which may do no more than the service needs. */
  get url(): string {
    return this.database.roleUrls['notifier'] ?? this.database.url;
  }

  /**
   * A process with connections of its own.
   * @param session settings of these connections
   */
  async process(session: Readonly<Record<string, string>> = {}): Promise<TestProcess> {
    const dataSource = createDataSource({
      url: this.url,
      poolSize: 6,
      applicationName: 'test-notifier',
      byIndexOnly: true,
      session,
    });
    await dataSource.initialize();
    this.#open.push(dataSource);
    return new TestProcess(dataSource, this.policy);
  }

  /** Runs a statement as an administrator: to look, and to move clocks. */
  async admin<Row = Record<string, unknown>>(text: string, parameters: unknown[] = []): Promise<Row[]> {
    const dataSource = createDataSource({
      url: this.database.adminUrl,
      poolSize: 1,
      applicationName: 'test-admin',
    });
    await dataSource.initialize();
    try {
      return await dataSource.query(text, parameters);
    } finally {
      await dataSource.destroy();
    }
  }

  /** Lets the deadlines of these approvals pass. */
  async makeDue(...requestIds: string[]): Promise<void> {
    await this.admin(
      // Locked in the order that everybody keeps to: votes come in at the same time.
      `WITH locked AS MATERIALIZED (SELECT request_id FROM approval WHERE request_id = ANY ($1) ORDER BY request_id FOR UPDATE)
       UPDATE approval SET deadline = clock_timestamp() - interval '1 ms' FROM locked
       WHERE approval.request_id = locked.request_id`,
      [requestIds],
    );
  }

  async drop(): Promise<void> {
    await Promise.all(
      this.#open.filter(({ isInitialized }) => isInitialized).map((dataSource) => dataSource.destroy()),
    );
    await this.database.drop();
  }
}
