import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server, type Socket } from 'node:net';
import { HookReceiver, waitUntil } from '@tollgate/servers';
import { PostWebhooks, type WebhookDelivery } from './post-webhooks.js';
import { type SignedMessage } from './sign-webhook.js';

const WITHIN_MS = 20_000;
const MESSAGE = { id: 'msg_1', body: '{}' };

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

/** Posts to one receiver. */
interface Posting {
  post(message: SignedMessage): Promise<WebhookDelivery>;
  close(): void;
}

/** A receiver that answers with bytes. */
async function receiverThat(
  answer: (socket: Socket) => void,
  timeoutMs = 2_000,
): Promise<{ server: Server; post: Posting }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens at no port');
  const posts = new PostWebhooks({ now: Date.now, timeoutMs });
  const url = new URL(`http://127.0.0.1:${address.port}/`);
  const target = { url, allowPrivate: true, privateSetting: 'WEBHOOK_PRIVATE' };
  const post = {
    post: (message: SignedMessage) => posts.post(message, { target, secrets: [HookReceiver.SECRET] }),
    close: () => posts.close(),
  };
  close = async () => {
    post.close();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { server, post };
}

describe('PostWebhooks', () => {
  it.each<[string, (socket: Socket) => void, string]>([
    [
      'wants to speak something else',
      (socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      'the receiver answered 101',
    ],
    ['goes on promising', (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 'longer than 2 s'],
    ['hangs up', (socket) => socket.end(), 'cannot be reached: ECONNRESET'],
    ['speaks no HTTP', (socket) => socket.write('hello\r\n\r\n'), 'cannot be reached: HPE_'],
  ])('has an outcome with a receiver that %s', async (_what, answer, failure) => {
    const { post } = await receiverThat(answer);
    expect(await post.post(MESSAGE)).toMatchObject({
      kind: 'failed',
      failure: expect.stringContaining(failure),
    });
  });

  it('hangs up on a receiver that goes on and on', async () => {
    let hungUp = false;
    const { post } = await receiverThat((socket) => {
      const more = (): void => {
        if (!socket.destroyed) socket.write(`1000\r\n${'x'.repeat(4096)}\r\n`, () => setImmediate(more));
      };
      socket.on('close', () => (hungUp = true));
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      more();
      // Long before its time is up.
    }, 10 * WITHIN_MS);
    expect(await post.post(MESSAGE)).toEqual({ kind: 'accepted' });
    await waitUntil('it hangs up', () => hungUp, WITHIN_MS);
  });

  it('does not wait for a receiver that hangs when it is closed', async () => {
    const { server, post } = await receiverThat(() => undefined, 10 * WITHIN_MS);
    let connections = 0;
    server.on('connection', () => (connections += 1));
    // More than there are connections.
    const posted = Array.from({ length: 20 }, () => post.post(MESSAGE));
    await waitUntil('it is connected', () => connections > 0, WITHIN_MS);
    post.close();
    const failure = 'this process stopped before the receiver had answered';
    expect(await Promise.all(posted)).toEqual(posted.map(() => ({ kind: 'failed', failure })));
  });

  it('reads past a short answer, and keeps the connection', async () => {
    let connections = 0;
    const { server, post } = await receiverThat((socket) => {
      const answer = (): boolean => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nthank you');
      socket.on('data', answer);
      answer();
    });
    server.on('connection', () => (connections += 1));
    expect(await post.post(MESSAGE)).toEqual({ kind: 'accepted' });
    expect(await post.post(MESSAGE)).toEqual({ kind: 'accepted' });
    expect(connections).toBe(1);
  });
});
