import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { askedMs } from './asked-ms.js';
import { publicLookup, type Resolve } from './public-lookup.js';
import { type SignedMessage, webhookHeaders } from './sign-webhook.js';
import { type WebhookTarget } from './webhook-target.js';

/** What became of a message. */
export type WebhookDelivery =
  | { readonly kind: 'accepted' }
  /** The receiver wants no more (410). */
  | { readonly kind: 'gone' }
  /** It may be taken later; `failure` is for people, and without the address. */
  | { readonly kind: 'failed'; readonly failure: string; readonly askedMs?: number };

/** How long a receiver may take for all of it, unless told otherwise. */
const TIMEOUT_MS = 15_000;
/** What is read of an answer besides its head, so that its connection can be kept. */
const LONGEST_ANSWER_BYTES = 16_384;
/** Connections at once to one receiver. */
const CONNECTIONS = { keepAlive: true, maxSockets: 8 };

function deliveryOf(response: IncomingMessage, now: number): WebhookDelivery {
  const { statusCode = 0 } = response;
  if (statusCode >= 200 && statusCode < 300) return { kind: 'accepted' };
  if (statusCode === 410) return { kind: 'gone' };
  const failure =
    statusCode >= 300 && statusCode < 400
      ? `the receiver answered ${statusCode}; redirects are not followed`
      : `the receiver answered ${statusCode}`;
  const asked = askedMs(response.headers['retry-after'], now);
  return { kind: 'failed', failure, ...(asked === undefined ? {} : { askedMs: asked }) };
}

/** Reads past a short answer; a connection that says more is closed. */
function pass(response: IncomingMessage): void {
  let bytes = 0;
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LONGEST_ANSWER_BYTES) response.destroy();
  });
}

const failureOf = (error: Error, timeoutMs: number): string => {
  const code: unknown = Reflect.get(error, 'code');
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return `the receiver took longer than ${timeoutMs / 1000} s`;
  return typeof code === 'string' ? `the receiver cannot be reached: ${code}` : error.message;
};

/** Where a message goes, and by which secrets it is signed. */
export interface WebhookDestination {
  readonly target: WebhookTarget;
  readonly secrets: readonly string[];
}

/** What posting needs. */
export interface PostWebhooksParts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of host names; the system's unless given. */
  readonly resolve?: Resolve;
  /** How long a receiver may take for all of it; default fifteen seconds. */
  readonly timeoutMs?: number;
}

/** Posts messages to webhooks: signed, straight to an address that was looked at, following nothing. */
export class PostWebhooks {
  readonly #http = new HttpAgent(CONNECTIONS);
  readonly #https = new HttpsAgent(CONNECTIONS);
  readonly #closing = new AbortController();

  constructor(private readonly parts: PostWebhooksParts) {}

  /** Never throws: what fails is an answer. */
  async post(message: SignedMessage, { target, secrets }: WebhookDestination): Promise<WebhookDelivery> {
    const { now, resolve, timeoutMs = TIMEOUT_MS } = this.parts;
    const { url, allowPrivate, privateSetting } = target;
    const [request, agent] =
      url.protocol === 'https:' ? [httpsRequest, this.#https] : [httpRequest, this.#http];
    return new Promise((settle) => {
      const outgoing = request(
        url,
        {
          method: 'POST',
          agent,
          signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]),
          ...(allowPrivate ? {} : { lookup: publicLookup(privateSetting, resolve) }),
          headers: {
            ...webhookHeaders(message, secrets, now()),
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(message.body),
            'user-agent': 'Tollgate',
          },
        },
        (response) => {
          pass(response);
          settle(deliveryOf(response, now()));
        },
      );
      outgoing.on('upgrade', (response, socket) => {
        socket.destroy();
        settle(deliveryOf(response, now()));
      });
      // Whatever else a receiver may think of, there is an outcome: the messages after this one wait for it.
      outgoing.on('close', () =>
        settle({ kind: 'failed', failure: 'the receiver closed the connection without an answer' }),
      );
      outgoing.on('error', (error) =>
        settle({
          kind: 'failed',
          failure: this.#closing.signal.aborted
            ? 'this process stopped before the receiver had answered'
            : failureOf(error, timeoutMs),
        }),
      );
      outgoing.end(message.body);
    });
  }

  /** What is under way fails at once. */
  close(): void {
    this.#closing.abort();
    this.#http.destroy();
    this.#https.destroy();
  }
}
