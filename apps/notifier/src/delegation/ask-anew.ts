import { type OutboxRelay } from '@tollgate/messaging';
import { isActive } from '@tollgate/policy';
import { type DataSource } from 'typeorm';
import { type StandIn, stepOf } from '../approval/approval.js';
import { approvalOf, type ApprovalChange, approvals } from '../approval/approvals.store.js';
import { type Asked, askedOf } from '../approval/asked.js';
import { countingIn, judgeStep, type StepStanding } from '../approval/judge-step.js';
import { revisionLock } from '../approval/revision-lock.js';
import { type PolicySource, rulingNow, type RulingPolicy, rulingPolicy } from '../approval/ruling-policy.js';
import { approvalDocument } from '../approvals-api/approval-document.js';
import { type ApprovalFeed, type ApprovalNews } from '../approvals-api/approval-feed.js';
import { votes } from '../cast-vote/votes.store.js';
import { Statement } from '../database/statement.js';
import { delegationRecord } from './delegation-record.js';
import { delegations, type DueDelegation } from './delegations.store.js';
import { standInsOf, withStandIns } from './stand-ins.js';

/** Approvals that one transaction looks at, at most. */
const MAX_BATCH = 100;

const asking = new Statement<{ request_id: string }>(
  'ask_anew_asking',
  `SELECT request_id FROM approval
   WHERE status = 'pending' AND (coalesce(electorate, approvers) && $1::text[] OR request_id = ANY ($2::uuid[]))
   ORDER BY deadline, request_id`,
);

/** What asking anew needs. */
export interface AskAnewParts {
  readonly dataSource: DataSource;
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  readonly feed: ApprovalFeed;
  /** Told after the commit when people are asked who were not: they are to be mailed. */
  readonly onAsked: () => void;
}

/** A pending approval that asks other people than before. */
interface AskedAnew extends ApprovalChange {
  readonly asked: Asked;
  readonly before: readonly string[];
  readonly waitingFor: string;
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((person) => other.includes(person));

const pairsOf = (standIns: readonly StandIn[]): string[] =>
  standIns.map(({ from, to }) => `${to} for ${from}`);

function newsOf({ approval, asked, before, waitingFor }: AskedAnew): ApprovalNews[] {
  const document = (status: 'pending' | 'closed') => () =>
    approvalDocument(approval.file, {
      step: approval.step,
      status,
      openedAt: approval.openedAt,
      deadline: approval.deadline ?? approval.openedAt,
      ...(status === 'pending' ? { waitingFor } : {}),
    });
  const now = new Set(asked.approvers);
  return [
    {
      event: 'opened',
      persons: asked.approvers.filter((person) => !before.includes(person)),
      document: document('pending'),
    },
    { event: 'closed', persons: before.filter((person) => !now.has(person)), document: document('closed') },
  ];
}

/**
 * Brings pending approvals in line with the delegations of the moment: a delegate is asked once theirs begins, and is not
 * any more once it ended; who is back is asked again. The rows are locked a few at a time. Doing it again changes nothing.
 */
export class AskAnew {
  constructor(private readonly parts: AskAnewParts) {}

  /**
   * Does what is due.
   * @returns how many delegations that was
   * @throws TransientError while no policy rules; the database's error when it is away
   */
  async due(): Promise<number> {
    const { dataSource, policy } = this.parts;
    const due = await delegations.due(dataSource);
    if (due.length === 0) return 0;
    const known = await rulingPolicy(policy, 1);
    // Whatever began to ask people without seeing these delegations is committed then.
    await dataSource.transaction((tx) => revisionLock.takeAlone(tx));
    const ids = await this.#askingBecauseOf(due);
    for (let start = 0; start < ids.length; start += MAX_BATCH)
      await this.#ask(ids.slice(start, start + MAX_BATCH), known);
    await delegations.applied(dataSource, due);
    return due.length;
  }

  /**
   * Ends the delegations of people who are not active any more, for good: should somebody come back, they declare anew.
   * @returns how many
   * @throws TransientError while no policy rules; the database's error when it is away
   */
  async endOfThoseWhoLeft(): Promise<number> {
    const { dataSource, relay, policy } = this.parts;
    const known = await rulingPolicy(policy, 1);
    const live = await delegations.live(dataSource);
    const ended = live.flatMap(({ id, from, to }) => {
      const gone = [from, to].find((person) => !isActive(rulingNow(policy, known).policy, person));
      return gone === undefined ? [] : [{ id, gone }];
    });
    if (ended.length === 0) return 0;
    return relay.transaction(async (tx, publish) => {
      let count = 0;
      for (const [gone, theirs] of Map.groupBy(ended, (each) => each.gone)) {
        const ids = theirs.map(({ id }) => id);
        const why = `${gone} is not active in the directory any more.`;
        const revoked = await delegations.revoke(tx, ids, undefined, why);
        publish(revoked.map(delegationRecord));
        count += revoked.length;
      }
      return count;
    });
  }

  /** Milliseconds until something is due, by the database's clock; undefined where nothing will be. */
  untilNext(): Promise<number | undefined> {
    return delegations.untilNext(this.parts.dataSource);
  }

  async #askingBecauseOf(due: readonly DueDelegation[]): Promise<string[]> {
    const forAll = due.filter(({ requestId }) => requestId === undefined).map(({ from }) => from);
    const forOne = due.flatMap(({ requestId }) => (requestId === undefined ? [] : [requestId]));
    const rows = await asking.run(this.parts.dataSource, [...new Set(forAll)], [...new Set(forOne)]);
    return rows.map((row) => row.request_id);
  }

  async #ask(requestIds: readonly string[], known: RulingPolicy): Promise<void> {
    const { relay, policy, feed, onAsked } = this.parts;
    const changes = await relay.transaction(async (tx) => {
      const rows = (await approvals.lock(tx, requestIds)).filter(({ status }) => status === 'pending');
      const cast = await votes.find(
        tx,
        rows.filter((row) => row.votes > 0).map((row) => row.request_id),
      );
      const open = rows.map((row) => ({ row, approval: approvalOf(row) }));
      const standing = await delegations.inForce(
        tx,
        open.flatMap(({ approval }) =>
          stepOf(approval.file, approval.step).approvers.map(({ person }) => person),
        ),
      );
      const ruling = rulingNow(policy, known);
      const anew = open.flatMap(({ row, approval }): AskedAnew[] => {
        const step = stepOf(approval.file, approval.step);
        const said = (cast.get(approval.requestId) ?? []).map(({ vote }) => vote);
        const { mayVote, missing }: StepStanding = judgeStep(
          step,
          countingIn(said, approval.step),
          (person) => isActive(ruling.policy, person),
        );
        const standIns = standInsOf(approval.file, standing, row.now, ruling.policy);
        const asked = withStandIns(askedOf(step, mayVote), step, standIns);
        return isSame(row.approvers, asked.approvers) &&
          isSame(row.absent ?? [], asked.absent ?? []) &&
          isSame(pairsOf(row.stand_ins ?? []), pairsOf(asked.standIns ?? []))
          ? []
          : [{ approval, votes: row.votes, asked, before: row.approvers, waitingFor: missing }];
      });
      await approvals.change(tx, anew);
      return anew;
    });
    if (changes.length === 0) return;
    feed.publish(changes.flatMap(newsOf));
    onAsked();
  }
}
