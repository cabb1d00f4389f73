import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type DynamicModule, Module } from '@nestjs/common';
import { OutboxRelay } from '@tollgate/messaging';
import { createDataSource, onceDatabaseAnswers } from '@tollgate/persistence';
import { compile, secretsOf } from '@tollgate/policy';
import {
  ApproverTokens,
  BOOT_LIMIT_MS,
  DatabaseRepair,
  followPolicy,
  readRedactionKey,
  type ServiceParts,
} from '@tollgate/runtime';
import { FreeTexts, scannerByRevision, SecretMarker } from '@tollgate/secrets';
import { DivergedEvents } from './approval/diverged-events.js';
import { NotifierMetrics } from './approval/notifier-metrics.js';
import { ApprovalFeed } from './approvals-api/approval-feed.js';
import { ApprovalsController } from './approvals-api/approvals.controller.js';
import { StreamsEnd } from './approvals-api/streams-end.js';
import { WaitingApprovals } from './approvals-api/waiting-approvals.js';
import { ApproverSignIn } from './approver-sign-in/approver-sign-in.js';
import { CancelApprovalHandler } from './cancel-approval/cancel-approval.handler.js';
import { CancelApprovals } from './cancel-approval/cancel-approvals.js';
import { CastVotes } from './cast-vote/cast-votes.js';
import { contacts } from './contacts/contacts.store.js';
import { parseContacts } from './contacts/parse-contacts.js';
import { delegationParts } from './delegation/delegation-parts.js';
import { FireReminders } from './fire-timer/fire-reminders.js';
import { FireTimers } from './fire-timer/fire-timers.js';
import { TimerClock } from './fire-timer/timer-clock.js';
import { inboxParts } from './inbox/inbox-parts.js';
import { JudgeAgain } from './judge-again/judge-again.js';
import { JudgeAgainRound } from './judge-again/judge-again-round.js';
import { type NotifierConfig } from './notifier.config.js';
import { readJwks, readLinkSecret } from './notifier-files.js';
import { OpenApprovalHandler } from './open-approval/open-approval.handler.js';
import { OpenApprovals } from './open-approval/open-approvals.js';
import { LiveReviewController } from './live-review/live-review.controller.js';
import { LiveDesk } from './live-review/live-desk.js';
import { LiveReviews } from './live-review/live-reviews.js';
import { overrideParts } from './override/override-parts.js';
import { APPROVALS_STYLE } from './page/page-layout.js';
import { PAGE_STYLE, PageAssets, PageAssetsController, PageFaultLog } from '@tollgate/pages';
import { PageRefusals } from './page/page-refusals.js';
import { PasskeyVotes } from './passkeys/passkey-votes.js';
import { questionExchanges } from './question/question-exchanges.js';
import { questionParts } from './question/question-parts.js';
import { RequestLimits } from './rate-limit/request-limits.js';
import { notifierMemory } from './repair-database/notifier-memory.js';
import { repairNotifier } from './repair-database/repair-steps.js';
import { ResendLinks } from './resend/resend-links.js';
import { ResendController, ResendLog } from './resend/resend.controller.js';
import { FindReview } from './review-page/find-review.js';
import { ReviewDesk } from './review-page/review-desk.js';
import { LIVE_SCRIPT } from './review-page/review-page.js';
import { ReviewController } from './review-page/review.controller.js';
import { ReviewSettings } from './review-page/review-settings.js';
import { ViewValues } from './review-page/view-values.js';
import { composeMailRound } from './send-mail/compose-mail-round.js';
import { SmtpMailer } from './send-mail/mailer.js';
import { ReviewTokens } from './send-mail/review-token.js';
import { domainOf } from './send-mail/message-id.js';
import { mailQueue } from './send-mail/mail-queue.store.js';
import { ReviewGate } from './sign-in/review-gate.js';
import { recentMsOf, signInParts } from './sign-in/sign-in-parts.js';
import { readWebhook, webhookSender } from './webhook/webhook-parts.js';
import { WEBHOOK_SESSION } from './webhook/webhook-queue.store.js';

/** The composition root: every part of the notifier is named here. */
@Module({})
export class NotifierModule {
  /** Opens the database, starts the relay, reads the policy, imports the contacts; then the clocks begin to run. */
  static async compose(service: ServiceParts<NotifierConfig>): Promise<DynamicModule> {
    const { config, logger, metrics: registry, health, sender, onStop } = service;
    const tokens = new ReviewTokens(readLinkSecret(config.linkSecretFile));
    const approverTokens = new ApproverTokens({
      issuer: config.approverIssuer,
      audience: config.approverAudience,
      keys: readJwks(config.approverJwksFile),
      now: Date.now,
    });
    const webhook = readWebhook(config);
    const known = parseContacts(readFileSync(config.contactsFile, 'utf8'), config.contactsFile);

    const dataSource = createDataSource({
      url: config.databaseUrl,
      poolSize: config.databasePoolSize,
      applicationName: 'tollgate-notifier',
      byIndexOnly: true,
      ...(webhook === undefined ? {} : { session: WEBHOOK_SESSION }),
    });
    await onceDatabaseAnswers(() => dataSource.initialize(), BOOT_LIMIT_MS);
    onStop(() => dataSource.destroy());
    health.add('database', async () => {
      await dataSource.query('SELECT 1');
      return { ok: true, detail: 'the database answers' };
    });
    await contacts.put(dataSource, known);
    await mailQueue.retryWithoutContact(dataSource);
    logger.info({ contacts: known.size }, 'contacts imported');

    const relay = new OutboxRelay({ dataSource, sender, logger, metrics: registry });
    await relay.start();
    onStop(() => relay.stop());
    health.add('outbox', () => relay.health());
    const policy = await followPolicy(service, compile);

    const texts = new FreeTexts(
      scannerByRevision(() => {
        const ruling = policy.current();
        return ruling && { revision: ruling.revision, secrets: () => secretsOf(ruling.policy.policy) };
      }),
      new SecretMarker(readRedactionKey(config.redactionKeyFile)),
    );
    const metrics = new NotifierMetrics(registry);
    const diverged = new DivergedEvents(logger, registry);
    const feed = new ApprovalFeed();
    const mailer = new SmtpMailer(config.smtpUrl, config.mailFrom);
    const round = composeMailRound({
      dataSource,
      relay,
      policy,
      mailer,
      tokens,
      metrics,
      logger,
      publicUrl: config.publicUrl,
      domain: domainOf(config.mailFrom),
      perPersonAndHour: config.mailsPerPersonPerHour,
      perSecond: config.mailsPerSecond,
      exchanges: questionExchanges(tokens, config.publicUrl),
      chance: Math.random,
    });
    const timers = new FireTimers({ relay, policy, metrics, feed, onStepOpened: () => round.wake() });
    const reminders = new FireReminders({ dataSource, policy, onQueued: () => round.wake() });
    const clock = new TimerClock(
      {
        fireDue: async () => (await timers.fireDue()) + (await reminders.fireDue()),
        untilNext: () => timers.untilNext(dataSource),
      },
      logger,
    );
    const openApprovals = new OpenApprovals({
      relay,
      policy,
      diverged,
      metrics,
      feed,
      onOpened: (milliseconds) => {
        clock.arm(milliseconds);
        round.wake();
      },
    });
    const castVotes = new CastVotes({
      relay,
      policy,
      metrics,
      feed,
      texts,
      onStageBegun: () => round.wake(),
      signInRecentMs: recentMsOf(config),
    });
    const judgeAgain = new JudgeAgainRound(
      new JudgeAgain({
        dataSource,
        relay,
        policy,
        metrics,
        feed,
        onStepOpened: () => {
          clock.arm(0);
          round.wake();
        },
      }),
      () => policy.current(),
      logger,
    );
    const cancelApprovals = new CancelApprovals({ relay, policy, diverged, metrics, feed });
    const repair = await DatabaseRepair.ifBehind({
      service: 'notifier',
      connection: service.connection,
      logger,
      memory: notifierMemory(dataSource),
      ...(config.repairSince === undefined ? {} : { since: Date.parse(config.repairSince) }),
    });
    if (repair !== undefined) {
      await repairNotifier(repair, { dataSource, relay, policy, tokens, openApprovals, cancelApprovals });
      await repair.end();
    }
    round.start();
    onStop(async () => {
      const stopped = round.stop();
      mailer.close();
      await stopped;
    });
    clock.start();
    onStop(() => clock.stop());
    policy.onRevision(() => judgeAgain.wake());
    judgeAgain.start();
    onStop(() => judgeAgain.stop());
    const delegation = delegationParts({
      config,
      logger,
      dataSource,
      relay,
      policy,
      feed,
      texts,
      onAsked: () => round.wake(),
    });
    policy.onRevision(() => delegation.round.revised());
    delegation.round.start();
    onStop(() => delegation.round.stop());

    const question = questionParts({
      ...{ dataSource, relay, policy, feed, texts, tokens, logger },
      recentMs: recentMsOf(config),
      onQueued: (milliseconds) => {
        if (milliseconds !== undefined) clock.arm(milliseconds);
        round.wake();
      },
    });

    const override = overrideParts({ relay, policy, feed, texts, recentMs: recentMsOf(config) });

    const resendLinks = new ResendLinks({ dataSource, policy, onQueued: () => round.wake() });
    const resendLog: ResendLog = { logger };
    if (webhook !== undefined) {
      const { publicUrl } = config;
      const sender = webhookSender({ ...webhook, dataSource, metrics: registry, logger, publicUrl });
      sender.start();
      onStop(() => sender.stop());
    }

    const signIn = signInParts({ config, dataSource, policy, logger, castVotes, texts });
    signIn.cleaning.start();
    onStop(() => signIn.cleaning.stop());

    const views = new ViewValues(readLinkSecret(config.linkSecretFile), randomBytes);
    const limits = new RequestLimits({ ...config, metrics: registry, now: () => performance.now() });
    const inbox = inboxParts({
      dataSource,
      sessions: signIn.sessions,
      views,
      limits,
      origin: new URL(config.publicUrl).origin,
      recentMs: recentMsOf(config),
      logger,
    });

    // Each stylesheet and script that a page names.
    const assets: PageAssets = {
      all: [PAGE_STYLE, APPROVALS_STYLE, LIVE_SCRIPT, ...signIn.assets, ...inbox.assets],
    };
    const reviewSettings: ReviewSettings = { views, origin: new URL(config.publicUrl).origin, logger };
    const pageFaultLog: PageFaultLog = { logger };
    const live = new LiveReviews(dataSource, logger);
    onStop(() => live.stop());
    return {
      module: NotifierModule,
      controllers: [
        OpenApprovalHandler,
        CancelApprovalHandler,
        ApprovalsController,
        ReviewController,
        LiveReviewController,
        PageAssetsController,
        ...signIn.controllers,
        ...delegation.controllers,
        ...inbox.controllers,
        ...question.controllers,
        ...override.controllers,
        ResendController,
      ],
      providers: [
        { provide: OpenApprovals, useValue: openApprovals },
        { provide: CancelApprovals, useValue: cancelApprovals },
        { provide: CastVotes, useValue: castVotes },
        { provide: ApprovalFeed, useValue: feed },
        { provide: StreamsEnd, useValue: new StreamsEnd(service.stopping) },
        { provide: WaitingApprovals, useValue: new WaitingApprovals(dataSource) },
        { provide: ApproverSignIn, useValue: new ApproverSignIn(approverTokens, policy, recentMsOf(config)) },
        { provide: FindReview, useValue: new FindReview(dataSource, policy) },
        { provide: PageAssets, useValue: assets },
        {
          provide: LiveDesk,
          inject: [PageRefusals, StreamsEnd],
          useFactory: (refusals: PageRefusals, end: StreamsEnd) => new LiveDesk(live, refusals, end),
        },
        {
          provide: ReviewDesk,
          inject: [CastVotes, ReviewGate, PasskeyVotes, PageRefusals, ReviewSettings],
          useFactory: (...parts: ConstructorParameters<typeof ReviewDesk>) => new ReviewDesk(...parts),
        },
        { provide: PageFaultLog, useValue: pageFaultLog },
        { provide: PageRefusals, useValue: new PageRefusals(registry) },
        { provide: RequestLimits, useValue: limits },
        { provide: ReviewSettings, useValue: reviewSettings },
        ...signIn.providers,
        ...delegation.providers,
        ...inbox.providers,
        ...question.providers,
        ...override.providers,
        { provide: ResendLinks, useValue: resendLinks },
        { provide: ResendLog, useValue: resendLog },
      ],
    };
  }
}
