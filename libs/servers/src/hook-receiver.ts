import { createServer, type Server } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** A message as it arrived, its signature checked: its body, its `webhook-id`, and what came byte by byte. */
export type ArrivedMessage<Body> = Body & { readonly id: string; readonly text: string };

/** An answer of the receiver. */
export interface HookAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

/**
 * A receiver of webhooks that checks signatures by the package that receivers use, and answers what the spec says.
 * @typeParam Body what the messages say; the spec knows what it was sent
 */
export class HookReceiver<Body extends object = object> {
  static readonly SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`;
  readonly arrived: ArrivedMessage<Body>[] = [];
  /** Every attempt whose signature is right, taken or not. */
  readonly attempts: ArrivedMessage<Body>[] = [];
  /** Every call, however it was signed. */
  calls = 0;
  /** Without an answer the receiver hangs. */
  answer: (message: ArrivedMessage<Body>) => HookAnswer | undefined = () => ({ status: 204 });
  #server: Server | undefined;

  constructor(
    readonly port: number,
    public secret = HookReceiver.SECRET,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks/tollgate?key=very-secret`;
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => {
      this.calls += 1;
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        try {
          new Webhook(this.secret).verify(text, headers);
        } catch {
          return void response.writeHead(401).end();
        }
        const body: Body = JSON.parse(text);
        const message = { ...body, id: headers['webhook-id'] ?? '', text };
        this.attempts.push(message);
        const answer = this.answer(message);
        if (answer === undefined) return;
        if (answer.status < 300) this.arrived.push(message);
        response.writeHead(answer.status, answer.headers).end('thank you');
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  }
}
