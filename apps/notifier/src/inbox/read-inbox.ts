import { type DataSource } from 'typeorm';
import { standsFor } from '../approval/asked.js';
import { type ListPlace } from '../approvals-api/list-cursor.js';
import { type Contact } from '../contacts/contact.js';
import { contacts } from '../contacts/contacts.store.js';
import { decidedRow } from './decided-row.js';
import { decidedVotes } from './decided-votes.store.js';
import { FindWaiting, type Waiting } from './find-waiting.js';
import { type InboxView } from './inbox-page.js';
import { type InboxQuery } from './inbox-query.js';
import { inboxRow } from './inbox-row.js';

/** One page of an inbox. */
export interface InboxContent {
  readonly content: InboxView['content'];
  /** The place after which the next page begins; absent on the last one. */
  readonly next?: ListPlace;
}

/** Reads the pages of people's inboxes. Reading changes nothing. */
export class ReadInbox {
  readonly #waiting: FindWaiting;

  constructor(private readonly dataSource: DataSource) {
    this.#waiting = new FindWaiting(dataSource);
  }

  /** @param limit of requests on the page */
  async page(person: string, { list, filter, after }: InboxQuery, limit: number): Promise<InboxContent> {
    if (list === 'decided') {
      const { requestIds, next } = await decidedVotes.find(this.dataSource, person, filter, limit, after);
      const found = await this.#waiting.these(requestIds);
      const known = await this.#named(found, person);
      const rows = found.flatMap((each) => decidedRow(each, person, known) ?? []);
      return { content: { kind: 'decided', rows }, ...(next === undefined ? {} : { next }) };
    }
    const { items, next } = await this.#waiting.page(person, list, filter, limit, after);
    const known = await this.#named(items, person);
    return {
      content: { kind: 'waiting', rows: items.map((each) => inboxRow(each, person, known)) },
      ...(next === undefined ? {} : { next }),
    };
  }

  #named(items: readonly Waiting[], reader: string): Promise<Map<string, Contact>> {
    const persons = items.flatMap(({ approval, votes }) => [
      approval.file.request.requester,
      ...standsFor(approval, reader),
      ...votes.flatMap(({ person, onBehalfOf }) =>
        person === reader && onBehalfOf !== undefined ? [onBehalfOf] : [],
      ),
    ]);
    return contacts.find(this.dataSource, [...new Set([reader, ...persons])]);
  }
}
