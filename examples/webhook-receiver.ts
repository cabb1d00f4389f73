/**
 * A receiver of Tollgate's webhooks to start from. Run by Node 24 as it is:
 *
 *     WEBHOOK_SECRET=whsec_… node examples/webhook-receiver.ts
 *
 * It takes only what is signed (Standard Webhooks), and each message once, and prints one line for each. It needs the
 * package `standardwebhooks`, and from the environment:
 *
 * - WEBHOOK_SECRET: what `tollgate producers webhook NAME --url …` has shown
 * - PORT: where it listens (8088)
 * - HOST: on which address (127.0.0.1); put it behind a proxy that speaks https
 */
import { createServer, type IncomingMessage } from 'node:http';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const LONGEST_BYTES = 1024 * 1024;
/** A message can come again for most of a day: its `webhook-id` is kept longer. Keep yours in a database. */
const KEPT_IDS = 100_000;

const secret = process.env['WEBHOOK_SECRET'];
if (secret === undefined) {
  process.stderr.write('WEBHOOK_SECRET is not set.\n');
  process.exit(64);
}
const webhook = new Webhook(secret);
const seen = new Set<string>();

/** The body byte by byte: the signature is over these bytes, so nothing may parse them before. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > LONGEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Does something with a message. Answer within fifteen seconds: what takes longer belongs into a queue of your own. */
function take(id: string, { type, data }: { type: string; data: Record<string, unknown> }): void {
  if (type === 'webhook.test') return void process.stdout.write(`${id} ${type}\n`);
  // A release comes without its token: whoever is to act asks for it at links.self, with the producer's key.
  process.stdout.write(`${id} ${type} ${String(data['id'])} ${String(data['status'])}\n`);
}

async function answer(request: IncomingMessage): Promise<number> {
  if (request.method !== 'POST') return 405;
  const body = await bodyOf(request);
  if (body === undefined) return 413;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  try {
    // By whom, unchanged, and within five minutes of now.
    webhook.verify(body, headers);
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    return 401;
  }
  const id = headers['webhook-id'] ?? '';
  if (seen.has(id)) return 204;
  take(id, JSON.parse(body));
  // After it was taken and before the answer: what fails before comes again.
  seen.add(id);
  const [oldest] = seen;
  if (seen.size > KEPT_IDS && oldest !== undefined) seen.delete(oldest);
  return 204;
}

const server = createServer((request, response) => {
  answer(request).then(
    (status) => response.writeHead(status).end(),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      // Anything but a 2xx is sent again.
      response.writeHead(500).end();
    },
  );
});
server.listen(Number(process.env['PORT'] ?? 8088), process.env['HOST'] ?? '127.0.0.1', () =>
  process.stderr.write('Listening.\n'),
);
