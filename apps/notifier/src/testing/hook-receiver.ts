import { createServer, type Server } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { type WebhookBody } from '../webhook/webhook-message.js';

/** A message as it arrived, its signature checked. */
export interface ArrivedHook extends WebhookBody {
  readonly id: string;
  readonly text: string;
}

/** An answer of the receiver. */
export interface HookAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

/** A receiver of webhooks that checks signatures by the package that receivers use, and answers what the spec says. */
export class HookReceiver {
  static readonly SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes ...').toString('base64')}`;
  readonly arrived: ArrivedHook[] = [];
  /** Every attempt, taken or not. */
  readonly attempts: ArrivedHook[] = [];
  answer: (hook: ArrivedHook) => HookAnswer | undefined = () => ({ status: 204 });
  #server: Server | undefined;

  constructor(
    readonly port: number,
    private readonly secret = HookReceiver.SECRET,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks/tollgate?key=very-secret`;
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => {
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
        const body: WebhookBody = JSON.parse(text);
        const hook = { ...body, id: headers['webhook-id'] ?? '', text };
        this.attempts.push(hook);
        const answer = this.answer(hook);
        // Without an answer the receiver hangs.
        if (answer === undefined) return;
        if (answer.status < 300) this.arrived.push(hook);
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

  /** What was taken about a request, in the order in which it came. */
  about(requestId: string): ArrivedHook[] {
    return this.arrived.filter(({ data }) => data.approval.requestId === requestId);
  }
}
