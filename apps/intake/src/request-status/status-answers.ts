import { type FastifyReply } from 'fastify';
import { type RequestSnapshot } from './request-snapshot.js';
import { entityTag, namesTag, statusDocument } from './status-document.js';

/** Answers with status documents. */
export class StatusAnswers {
  constructor(
    private readonly publicUrl: string,
    private readonly now: () => number,
  ) {}

  /** The URL of the list of requests. */
  get listLocation(): string {
    return `${this.publicUrl}/v1/requests`;
  }

  /** The URL of a request's status. */
  locationOf(id: string): string {
    return `${this.listLocation}/${id}`;
  }

  /** The document as it is sent. */
  textOf(snapshot: RequestSnapshot): string {
    return JSON.stringify(statusDocument(snapshot, { publicUrl: this.publicUrl, now: this.now() }));
  }

  /** Sends the document, with its tag; 304 where the reader has it already. */
  send(reply: FastifyReply, snapshot: RequestSnapshot, ifNoneMatch?: string): void {
    const text = this.textOf(snapshot);
    const tag = entityTag(text);
    const answer = reply.header('etag', tag).header('cache-control', 'no-cache');
    if (namesTag(ifNoneMatch, tag)) void answer.code(304).send();
    else void answer.header('content-type', 'application/json; charset=utf-8').send(text);
  }
}
