import { EventStream } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type StreamsEnd } from '../approvals-api/streams-end.js';
import { PAGE_HEADERS } from '@tollgate/pages';
import { type PageRefusals } from '../page/page-refusals.js';
import { liveParts, type LiveParts } from '../review-page/live-parts.js';
import { type OpenedReview } from '../review-page/review-desk.js';
import { stateOf } from '../review-page/review.js';
import { type LiveReviews } from './live-reviews.js';

/** What an open page says that it shows, as its address has it. */
export interface SaidToBeSeen {
  readonly votes: unknown;
  readonly step: unknown;
}

const numberOf = (text: unknown): number =>
  typeof text === 'string' && /^\d{1,6}$/.test(text) ? Number(text) : 0;

/** The clock always differs; a page needs to hear of everything else. */
const withoutClock = ({ clock, ...parts }: LiveParts): string =>
  JSON.stringify([clock.replace(/data-now="\d+">[^<]*/, ''), parts]);

/** Tells open review pages what changes, however they were opened. */
export class LiveDesk {
  constructor(
    private readonly live: LiveReviews,
    private readonly refusals: PageRefusals,
    private readonly end: StreamsEnd,
  ) {}

  /** Answers with a stream of events `changed` and, as the last one, `closed`. */
  async open(
    request: FastifyRequest,
    reply: FastifyReply,
    { review, holder, path, again }: Pick<OpenedReview, 'review' | 'holder' | 'path' | 'again'>,
    said: SaidToBeSeen,
  ): Promise<void> {
    // Whoever asks for the head alone, or comes back after the end, gets no stream and need not come again.
    if (request.method === 'HEAD' || stateOf(review).kind === 'decided')
      return void (await reply.headers(PAGE_HEADERS).code(204).send());

    const seen = { votes: numberOf(said.votes), step: numberOf(said.step) };
    let shown = '';
    const open: { stream?: EventStream } = {};
    const look = async (): Promise<void> => {
      const now = await again();
      const { stream } = open;
      if (now === undefined || stream === undefined) return;
      const parts = liveParts(now, seen, path);
      const state = withoutClock(parts);
      if (state !== shown)
        stream.send({
          id: String(now.votes.length),
          event: now.approval.status === 'closed' ? 'closed' : 'changed',
          data: parts,
        });
      shown = state;
      if (now.approval.status === 'closed') stream.close();
    };
    const unwatch = this.live.watch(review.approval.requestId, holder, look);
    if (unwatch === undefined) {
      this.refusals.count('too-many-streams');
      return void (await reply
        .headers({ ...PAGE_HEADERS, 'retry-after': '60' })
        .code(429)
        .send());
    }
    const ended: (() => void)[] = [unwatch];
    const stream = new EventStream(reply, () => ended.forEach((end) => end()));
    open.stream = stream;
    ended.push(this.end.onStop(() => stream.close()));
  }
}
