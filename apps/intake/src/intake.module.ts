import { type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { OutboxRelay } from '@tollgate/messaging';
import { createDataSource, onceDatabaseAnswers } from '@tollgate/persistence';
import { BOOT_LIMIT_MS, DatabaseRepair, followPolicy, type ServiceParts } from '@tollgate/runtime';
import { DataSource } from 'typeorm';
import { AcceptInboundHandler } from './accept-inbound/accept-inbound.handler.js';
import { BreakGlassReviews } from './break-glass/break-glass-reviews.js';
import { BreakGlassReviewsController } from './break-glass/break-glass-reviews.controller.js';
import { countReviews } from './break-glass/count-reviews.js';
import { PersonSignIn } from './break-glass/person-sign-in.js';
import { personSignInOf } from './break-glass/person-sign-in-of.js';
import { Credentials } from './credentials/credentials.js';
import { withPlannerSettings } from './database/planner-settings.js';
import { DeactivatePersonController } from './deactivate-person/deactivate-person.controller.js';
import { ExplainDecisionController } from './explain-decision/explain-decision.controller.js';
import { GiveUpRequestController } from './give-up-request/give-up-request.controller.js';
import { type IntakeConfig } from './intake.config.js';
import { IntakeMetrics } from './intake.metrics.js';
import { JwksController } from './jwks/jwks.controller.js';
import { KeyRecord } from './jwks/key-record.js';
import { ReleaseKeys } from './jwks/release-keys.js';
import { CheckPolicy } from './policy-check/check-policy.js';
import { PolicyJobs } from './policy-check/policy-jobs.js';
import { Producers } from './producers/producers.js';
import { ProducersController } from './producers/producers.controller.js';
import { RemoveProducerController } from './producers/remove-producer.controller.js';
import { ProposePolicyController } from './propose-policy/propose-policy.controller.js';
import { knownPolicy } from './publish-policy/known-policy.js';
import { PolicyController } from './publish-policy/policy.controller.js';
import { readPolicyFiles } from './publish-policy/policy-files.js';
import { publishFirstPolicy } from './publish-policy/publish-first-policy.js';
import { RulingPolicy } from './publish-policy/ruling-policy.js';
import { RecordRouteHandler } from './record-route/record-route.handler.js';
import { LOGGER, RecoverPolicyController } from './recover-policy/recover-policy.controller.js';
import { DivergenceAlarm } from './record-stage/divergence-alarm.js';
import { intakeMemory } from './repair-database/intake-memory.js';
import { goOverAgain, restoreOwn } from './repair-database/repair-steps.js';
import { ReleaseActionHandler, SIGN_RELEASE } from './release-action/release-action.handler.js';
import { releaseSigner } from './release-action/sign-release.js';
import { JudgeNow } from './redeem-release/judge-now.js';
import { RedeemReleases } from './redeem-release/redeem-release.js';
import { RedeemReleaseController } from './redeem-release/redeem-release.controller.js';
import { ReleaseTokens } from './redeem-release/release-tokens.js';
import { HeldAnswers } from './request-status/held-answers.js';
import { RequestEventsController } from './request-status/request-events.controller.js';
import { RequestList } from './request-status/request-list.js';
import { RequestListController } from './request-status/request-list.controller.js';
import { RequestReader } from './request-status/request-reader.js';
import { RequestStatusController } from './request-status/request-status.controller.js';
import { RequestStreams } from './request-status/request-streams.js';
import { RequestWatch } from './request-status/request-watch.js';
import { secretParts } from './scan-secrets/secret-parts.js';
import { StatusAnswers } from './request-status/status-answers.js';
import { ReleasesController } from './revoke-release/releases.controller.js';
import { AcceptedAnswers } from './submit-request/accepted-answers.js';
import { SubmitRequestController } from './submit-request/submit-request.controller.js';
import { SubmitRequests } from './submit-request/submit-requests.js';
import { producerTelling } from './tell-producers/producer-telling.js';
import { ProducerWebhookController } from './tell-producers/producer-webhook.controller.js';
import { WebhooksController } from './tell-producers/webhooks.controller.js';
import { TrackStalledHandler } from './track-stalled/track-stalled.handler.js';
import { WithdrawRequestController } from './withdraw-request/withdraw-request.controller.js';

const POOL_SIZE = 10;

const controllers: Type[] = [
  SubmitRequestController,
  RequestListController,
  RequestStatusController,
  RequestEventsController,
  WithdrawRequestController,
  GiveUpRequestController,
  ProducersController,
  RemoveProducerController,
  PolicyController,
  ProposePolicyController,
  ExplainDecisionController,
  DeactivatePersonController,
  RecoverPolicyController,
  RedeemReleaseController,
  ReleasesController,
  ProducerWebhookController,
  WebhooksController,
  BreakGlassReviewsController,
  JwksController,
  AcceptInboundHandler,
  RecordRouteHandler,
  ReleaseActionHandler,
  TrackStalledHandler,
];

const moduleType: Type = class IntakeModule {};

/**
 * Puts intake together: opens the database and the outbox, makes the policy files the first revision where nothing was
 * ever published, and reads which revision rules.
 */
export async function intakeModule(parts: ServiceParts<IntakeConfig>): Promise<DynamicModule> {
  const { config, logger, metrics: registry, health, connection, sender, lanes, stopping, onStop } = parts;

  const dataSource = createDataSource({
    url: withPlannerSettings(config.databaseUrl),
    poolSize: POOL_SIZE,
    applicationName: 'intake',
  });
  await onceDatabaseAnswers(() => dataSource.initialize(), BOOT_LIMIT_MS);
  onStop(() => dataSource.destroy());
  const relay = new OutboxRelay({ dataSource, sender, logger, metrics: registry });
  await relay.start();
  onStop(() => relay.stop());

  const metrics = new IntakeMetrics(registry);
  const record = new KeyRecord(dataSource, () => performance.now());
  const keys = await ReleaseKeys.start({
    path: config.releaseKeyFile,
    record,
    logger,
    fault: metrics.keyFault,
  });
  onStop(() => keys.stop());

  const repair = await DatabaseRepair.ifBehind({
    service: 'intake',
    connection,
    logger,
    memory: intakeMemory(dataSource),
    ...(config.repairSince === undefined ? {} : { since: Date.parse(config.repairSince) }),
  });
  if (repair !== undefined) await restoreOwn(repair, dataSource);
  await publishFirstPolicy({
    relay,
    logger,
    readFiles: () => readPolicyFiles(config),
    now: () => new Date().toISOString(),
  });
  const revisions = await followPolicy(parts, knownPolicy);

  health.add('outbox', () => relay.health());
  health.add('database', async () => {
    await dataSource.query('SELECT 1');
    return { ok: true, detail: 'answers' };
  });

  const now = () => Date.now();
  const reader = new RequestReader(dataSource);
  const watch = new RequestWatch(dataSource, reader, logger);
  onStop(() => watch.stop());
  metrics.showWatched(registry, () => watch.size);
  const telling = producerTelling({ config, dataSource, reader, metrics: registry, logger });
  onStop(() => telling.stop());
  const jobs = new PolicyJobs();
  onStop(() => jobs.stop());
  const ruling = new RulingPolicy(revisions);
  const redemptions = new RedeemReleases({
    dataSource,
    relay,
    tokens: new ReleaseTokens(config.releaseIssuer, record),
    judge: new JudgeNow(ruling, dataSource, jobs),
  });
  const reviews = new BreakGlassReviews(dataSource, reader, now);
  onStop(countReviews(reviews, registry, logger));
  const held = new HeldAnswers(watch, stopping);
  const answers = new StatusAnswers(config.publicUrl, now);
  const alarm = new DivergenceAlarm(metrics, logger);
  const sign = releaseSigner({ issuer: config.releaseIssuer, keys });
  if (repair !== undefined) {
    await goOverAgain(repair, {
      routes: new RecordRouteHandler(dataSource, watch, alarm),
      judgements: new ReleaseActionHandler(relay, sign, watch, alarm, metrics),
    });
    await repair.end();
  }
  const inbound = { connection, count: config.kafkaLanes, reader: lanes };
  const providers: Provider[] = [
    { provide: DataSource, useValue: dataSource },
    { provide: OutboxRelay, useValue: relay },
    { provide: IntakeMetrics, useValue: metrics },
    { provide: RulingPolicy, useValue: ruling },
    ...secretParts(config, ruling),
    ...telling.providers,
    { provide: Credentials, useValue: new Credentials(dataSource, config.operatorKeySha256, now) },
    { provide: SubmitRequests, useValue: new SubmitRequests(relay, metrics.accepted) },
    { provide: PersonSignIn, useValue: personSignInOf(config, ruling, now) },
    { provide: BreakGlassReviews, useValue: reviews },
    { provide: RequestReader, useValue: reader },
    { provide: RequestList, useValue: new RequestList(dataSource, reader) },
    { provide: RequestWatch, useValue: watch },
    { provide: HeldAnswers, useValue: held },
    { provide: RequestStreams, useValue: new RequestStreams(watch, reader, stopping, logger) },
    { provide: StatusAnswers, useValue: answers },
    { provide: AcceptedAnswers, useValue: new AcceptedAnswers(reader, held, answers) },
    { provide: PolicyJobs, useValue: jobs },
    { provide: CheckPolicy, useValue: new CheckPolicy(dataSource, jobs) },
    { provide: LOGGER, useValue: logger },
    { provide: Producers, useValue: new Producers(dataSource, inbound) },
    { provide: DivergenceAlarm, useValue: alarm },
    { provide: KeyRecord, useValue: record },
    { provide: SIGN_RELEASE, useValue: sign },
    { provide: RedeemReleases, useValue: redemptions },
  ];
  return { module: moduleType, controllers, providers };
}
