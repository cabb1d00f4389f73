import { type FastifyReply } from 'fastify';

/** Proxies close what is silent for longer. */
const KEEP_ALIVE_MS = 25_000;

/** What may wait for a slow reader before it is let go. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/** One event of a stream. */
export interface StreamedEvent {
  /** Sent back as `Last-Event-ID` when the reader reconnects. */
  readonly id?: string;
  readonly event: string;
  /** Sent as JSON. */
  readonly data: unknown;
}

/** An open stream of server-sent events (WHATWG HTML, section 9.2). */
export class EventStream {
  readonly #reply: FastifyReply;
  readonly #timer: NodeJS.Timeout;
  #open = true;

  /**
   * Takes the answer over and sends its head.
   * @param onClose called once, when either side ends the stream
   */
  constructor(reply: FastifyReply, onClose: () => void) {
    this.#reply = reply;
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    reply.raw.write(':\n\n');
    this.#timer = setInterval(() => reply.raw.write(':\n\n'), KEEP_ALIVE_MS);
    const closed = (): void => {
      this.#open = false;
      clearInterval(this.#timer);
      onClose();
    };
    // Whoever left while the answer was prepared is not told of again.
    if (reply.raw.destroyed) queueMicrotask(closed);
    else reply.raw.once('close', closed);
  }

  /** False once the reader is gone. */
  get open(): boolean {
    return this.#open;
  }

  /** Sends events, in one write. */
  send(...events: StreamedEvent[]): void {
    if (!this.#open) return;
    this.#reply.raw.write(
      events
        .map(
          ({ id, event, data }) =>
            `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
        )
        .join(''),
    );
  }

  /** Sends events that were encoded already: the same text may go to many readers. */
  sendEncoded(events: string): void {
    if (!this.#open) return;
    this.#reply.raw.write(events);
    // A reader that does not read must not fill this process's memory; it can come back.
    if (this.#reply.raw.writableLength > MAX_UNREAD_BYTES) this.#reply.raw.destroy();
  }

  /** Ends the stream from this side. */
  close(): void {
    this.#reply.raw.end();
  }
}
