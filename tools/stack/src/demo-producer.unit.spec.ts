import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { demoProducerKey } from './demo-producer.js';

/** Intake as the demo's producer sees it: it knows producers by name and keys by heart. */
class FakeIntake {
  readonly producers = new Set<string>();
  readonly keys = new Set<string>();
  isOutOfOrder = false;
  url = '';
  #server: Server | undefined;

  async listen(): Promise<void> {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const key = (request.headers.authorization ?? '').replace('Bearer ', '');
        const [status, body] = this.#answer(request.url ?? '', key, Buffer.concat(chunks).toString());
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    const address = this.#server?.address();
    this.url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #answer(url: string, key: string, body: string): [number, object] {
    if (url === '/v1/requests?limit=1') return this.keys.has(key) ? [200, {}] : [401, {}];
    if (key !== 'operator') return [403, {}];
    if (this.isOutOfOrder) return [503, { title: 'come back later' }];
    if (url === '/v1/producers') {
      const { name } = JSON.parse(body);
      if (this.producers.has(name)) return [409, {}];
      this.producers.add(name);
      return [201, { key: this.#newKey() }];
    }
    return url === '/v1/producers/ci-bot/keys' && this.producers.has('ci-bot')
      ? [201, { key: this.#newKey() }]
      : [404, {}];
  }

  #newKey(): string {
    const key = `key-${this.keys.size + 1}`;
    this.keys.add(key);
    return key;
  }
}

describe("the key of the demo's producer", () => {
  let intake: FakeIntake;
  beforeEach(async () => {
    intake = new FakeIntake();
    await intake.listen();
  });
  afterEach(() => intake.close());

  const keyFor = (stored?: string) => demoProducerKey(intake.url, 'operator', stored);

  it('comes with the registration at the first start', async () => {
    await expect(keyFor()).resolves.toBe('key-1');
    expect([...intake.producers]).toEqual(['ci-bot']);
  });

  it('is the stored one as long as intake knows it', async () => {
    await keyFor();
    await expect(keyFor('key-1')).resolves.toBe('key-1');
    expect(intake.keys.size).toBe(1);
  });

  it('is another one when the stored one was lost', async () => {
    await keyFor();
    await expect(keyFor()).resolves.toBe('key-2');
  });

  it('is made anew when the database was', async () => {
    await expect(keyFor('key-of-another-life')).resolves.toBe('key-1');
  });

  it('is missed with the words of intake', async () => {
    intake.isOutOfOrder = true;
    await expect(keyFor()).rejects.toThrow('503 {"title":"come back later"}');
  });
});
