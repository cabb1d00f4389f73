import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type HeldAnswers } from '../request-status/held-answers.js';
import { preferredWait } from '../request-status/prefer-wait.js';
import { type RequestReader } from '../request-status/request-reader.js';
import { type RequestSnapshot } from '../request-status/request-snapshot.js';
import { type StatusAnswers } from '../request-status/status-answers.js';

/** How whoever submits is answered: at once, or with `Prefer: wait` once the status is final. */
export class AcceptedAnswers {
  constructor(
    private readonly reader: RequestReader,
    private readonly held: HeldAnswers,
    private readonly answers: StatusAnswers,
  ) {}

  /**
   * Accepts a request and answers 202 with its place and status document; 200 where it was waited for and is final.
   * @param id of the request that will be accepted: it is watched before, so that nothing is missed
   * @param accept accepts it; what it throws is thrown
   */
  async send(
    { headers }: FastifyRequest,
    reply: FastifyReply,
    id: string,
    accept: () => Promise<RequestSnapshot>,
  ): Promise<void> {
    const seconds = preferredWait(headers.prefer);
    const snapshot =
      seconds === undefined ? await accept() : await this.#acceptAndWait(id, seconds, reply, accept);
    const isOver = seconds !== undefined && snapshot.outcome !== undefined;
    if (seconds !== undefined) void reply.header('preference-applied', `wait=${seconds}`);
    this.answers.send(
      reply.code(isOver ? 200 : 202).header('location', this.answers.locationOf(snapshot.request.id)),
      snapshot,
    );
  }

  async #acceptAndWait(
    id: string,
    seconds: number,
    reply: FastifyReply,
    accept: () => Promise<RequestSnapshot>,
  ): Promise<RequestSnapshot> {
    const waiting = this.held.hold(id, seconds, reply);
    try {
      const accepted = await accept();
      if (accepted.outcome !== undefined) return accepted;
      return (await waiting.final) ?? (await this.reader.snapshot(id)) ?? accepted;
    } finally {
      waiting.end();
    }
  }
}
