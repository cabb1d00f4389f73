import { readFileSync } from 'node:fs';
import { type DynamicModule, Module } from '@nestjs/common';
import { OutboxRelay } from '@tollgate/messaging';
import { createDataSource } from '@tollgate/persistence';
import { compile } from '@tollgate/policy';
import { followPolicy, type ServiceParts } from '@tollgate/runtime';
import { DivergedEvents } from './approval/diverged-events.js';
import { NotifierMetrics } from './approval/notifier-metrics.js';
import { ApprovalFeed } from './approvals-api/approval-feed.js';
import { ApprovalsController } from './approvals-api/approvals.controller.js';
import { StreamsEnd } from './approvals-api/streams-end.js';
import { WaitingApprovals } from './approvals-api/waiting-approvals.js';
import { ApproverSignIn } from './approver-sign-in/approver-sign-in.js';
import { ApproverTokens } from './approver-sign-in/approver-tokens.js';
import { CancelApprovalHandler } from './cancel-approval/cancel-approval.handler.js';
import { CancelApprovals } from './cancel-approval/cancel-approvals.js';
import { CastVotes } from './cast-vote/cast-votes.js';
import { contacts } from './contacts/contacts.store.js';
import { parseContacts } from './contacts/parse-contacts.js';
import { FireTimers } from './fire-timer/fire-timers.js';
import { TimerClock } from './fire-timer/timer-clock.js';
import { JudgeAgain } from './judge-again/judge-again.js';
import { JudgeAgainRound } from './judge-again/judge-again-round.js';
import { type NotifierConfig } from './notifier.config.js';
import { readJwks, readLinkSecret } from './notifier-files.js';
import { OpenApprovalHandler } from './open-approval/open-approval.handler.js';
import { OpenApprovals } from './open-approval/open-approvals.js';
import { FindReview } from './review-page/find-review.js';
import { ReviewController, ReviewSettings } from './review-page/review.controller.js';
import { MailRound } from './send-mail/mail-round.js';
import { processorBusy } from './send-mail/processor-busy.js';
import { SmtpMailer } from './send-mail/mailer.js';
import { ReviewTokens } from './send-mail/review-token.js';
import { domainOf } from './send-mail/message-id.js';
import { SendMails } from './send-mail/send-mails.js';

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
    const known = parseContacts(readFileSync(config.contactsFile, 'utf8'), config.contactsFile);

    const dataSource = createDataSource({
      url: config.databaseUrl,
      poolSize: config.databasePoolSize,
      applicationName: 'tollgate-notifier',
      byIndexOnly: true,
    });
    await dataSource.initialize();
    onStop(() => dataSource.destroy());
    health.add('database', async () => {
      await dataSource.query('SELECT 1');
      return { ok: true, detail: 'the database answers' };
    });
    await contacts.put(dataSource, known);
    logger.info({ contacts: known.size }, 'contacts imported');

    const relay = new OutboxRelay({ dataSource, sender, logger, metrics: registry });
    await relay.start();
    onStop(() => relay.stop());
    health.add('outbox', () => relay.health());
    const policy = await followPolicy(service, compile);

    const metrics = new NotifierMetrics(registry);
    const diverged = new DivergedEvents(logger, registry);
    const feed = new ApprovalFeed();
    const mailer = new SmtpMailer(config.smtpUrl, config.mailFrom);
    const mails = new SendMails({
      dataSource,
      relay,
      mailer,
      tokens,
      metrics,
      logger,
      publicUrl: config.publicUrl,
      domain: domainOf(config.mailFrom),
      chance: Math.random,
    });
    const round = new MailRound(mails, { perSecond: config.mailsPerSecond, busy: processorBusy() }, logger);
    const timers = new FireTimers({ relay, policy, metrics, feed, onStepOpened: () => round.wake() });
    const clock = new TimerClock(
      { fireDue: () => timers.fireDue(), untilNext: () => timers.untilNext(dataSource) },
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
    const castVotes = new CastVotes({ relay, policy, metrics, feed, onStageBegun: () => round.wake() });
    const judgeAgain = new JudgeAgainRound(
      new JudgeAgain({ dataSource, relay, policy, metrics, feed }),
      () => policy.current(),
      logger,
    );
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

    const reviewSettings: ReviewSettings = { tokens, origin: new URL(config.publicUrl).origin, logger };
    return {
      module: NotifierModule,
      controllers: [OpenApprovalHandler, CancelApprovalHandler, ApprovalsController, ReviewController],
      providers: [
        { provide: OpenApprovals, useValue: openApprovals },
        {
          provide: CancelApprovals,
          useValue: new CancelApprovals({ relay, policy, diverged, metrics, feed }),
        },
        { provide: CastVotes, useValue: castVotes },
        { provide: ApprovalFeed, useValue: feed },
        { provide: StreamsEnd, useValue: new StreamsEnd(service.stopping) },
        { provide: WaitingApprovals, useValue: new WaitingApprovals(dataSource) },
        { provide: ApproverSignIn, useValue: new ApproverSignIn(approverTokens, policy) },
        { provide: FindReview, useValue: new FindReview(dataSource) },
        { provide: ReviewSettings, useValue: reviewSettings },
      ],
    };
  }
}
