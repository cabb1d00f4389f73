import { type ApprovalDocument } from '@tollgate/contracts';
import { type DataSource } from 'typeorm';
import { waitingFor } from '../approval/waiting-for.js';
import { FindWaiting } from '../inbox/find-waiting.js';
import { questions } from '../question/questions.store.js';
import { standsUntil } from '../question/standing-clock.js';
import { approvalDocument } from './approval-document.js';
import { cursorOf, type ListPlace } from './list-cursor.js';

/** One page of what waits for a person. */
export interface WaitingPage {
  readonly items: ApprovalDocument[];
  /** Of the next page; absent on the last one. */
  readonly next?: string;
}

/** What waits for a person, the nearest deadline first: the same as in their inbox. */
export class WaitingApprovals {
  readonly #find: FindWaiting;

  constructor(private readonly dataSource: DataSource) {
    this.#find = new FindWaiting(dataSource);
  }

  /**
   * @param limit of items on the page
   * @param after the place where the last page ended
   */
  async page(person: string, limit: number, after?: ListPlace): Promise<WaitingPage> {
    const { items, next } = await this.#find.page(person, 'mine', {}, limit, after);
    const asked = await questions.find(
      this.dataSource,
      items.flatMap(({ approval }) => (approval.questions === undefined ? [] : [approval.requestId])),
    );
    return {
      items: items.map(({ approval, votes, now }) => {
        const { requestId, file, step, status, openedAt, deadline = openedAt } = approval;
        const pausedUntil = standsUntil(approval, now);
        const theirs = asked.get(requestId);
        return approvalDocument(file, {
          ...{ step, status, openedAt, deadline },
          waitingFor: waitingFor(file, step, votes),
          ...(pausedUntil === undefined ? {} : { pausedUntil }),
          ...(approval.overrides === undefined ? {} : { overrides: approval.overrides }),
          ...(theirs === undefined ? {} : { questions: theirs }),
        });
      }),
      ...(next === undefined ? {} : { next: cursorOf(next) }),
    };
  }
}
