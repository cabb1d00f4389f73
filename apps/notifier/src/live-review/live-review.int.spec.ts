import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { formOf, linkOf, openedLink, post, read } from '../testing/page-reader.js';
import { aFile, aStep } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';
import { STREAMS_PER_LINK } from './live-reviews.js';

const WITHIN_MS = 10_000;

jest.setTimeout(60_000);

let service: TestService;

beforeAll(async () => {
  service = await TestService.prepare('live', servers);
  await service.start({ MAILS_PER_PERSON_PER_HOUR: '0' });
});
afterAll(() => service.drop());

const aTeamFile = (): ReturnType<typeof aFile> =>
  aFile({
    plan: [aStep(['erin', 'bob', 'carol'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } })],
  });

interface Heard {
  readonly event: string;
  readonly id: string;
  readonly parts: Record<string, string>;
}

/** An open page's stream: what it heard so far, and whether it has ended. */
class Listener {
  readonly heard: Heard[] = [];
  ended = false;
  readonly #abort = new AbortController();

  async open(address: string, headers: Record<string, string> = {}): Promise<number> {
    const response = await fetch(address, { signal: this.#abort.signal, headers });
    if (response.status === 200 && response.body !== null) void this.#read(response.body);
    else await response.body?.cancel();
    return response.status;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true });
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        for (const each of events) {
          const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(each) ?? [];
          if (id !== undefined && event !== undefined && data !== undefined)
            this.heard.push({ id, event, parts: JSON.parse(data) });
        }
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
    this.ended = true;
  }

  close(): void {
    this.#abort.abort();
  }
}

const streamOf = async (link: string): Promise<string> => {
  const path = /data-live="([^"]+)"/.exec((await read(link)).text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  return new URL(path, link).href;
};

async function listen(link: string): Promise<Listener> {
  const listener = new Listener();
  expect(await listener.open(await streamOf(link))).toBe(200);
  await servers.waitUntil('it heard how things stand', () => listener.heard.length > 0, WITHIN_MS);
  return listener;
}

const vote = async (person: string, requestId: string, verdict: string): Promise<void> => {
  const link = await linkOf(service, servers, person, requestId);
  expect((await post(link, formOf(await read(link), { verdict }))).status).toBe(303);
};

describe('an open review page', () => {
  it('hears what others say, and what was decided, and nothing else', async () => {
    const file = aTeamFile();
    const erin = await listen(await openedLink(service, servers, 'erin', file));
    const other = aTeamFile();
    await openedLink(service, servers, 'erin', other);
    await vote('bob', other.request.id, 'deny');
    await vote('bob', file.request.id, 'approve');
    await servers.waitUntil('it hears of the vote', () => erin.heard.length === 2, WITHIN_MS);
    expect(erin.heard[1]).toMatchObject({ event: 'changed', id: '1' });
    expect(erin.heard[1]?.parts['others']).toContain('Name of bob (bob)</strong> said approve');
    expect(erin.heard[1]?.parts['news']).toContain(
      'Since you opened this page: Name of bob (bob) said approve.',
    );
    expect(erin.heard[1]?.parts['clock']).toMatch(
      /role="timer" data-until="\d+" data-now="\d+">3 hours 59 minutes left/,
    );
    await vote('carol', file.request.id, 'approve');
    await servers.waitUntil('the stream ends', () => erin.ended, WITHIN_MS);
    expect(erin.heard.slice(2)).toMatchObject([
      { event: 'closed', parts: { news: expect.stringContaining('Approved') } },
    ]);
    expect(JSON.stringify(erin.heard)).not.toContain('<form');
  });

  it('gets no stream once it is decided, nor for the head alone, nor for an unknown link', async () => {
    const file = aTeamFile();
    const link = await openedLink(service, servers, 'erin', file);
    const stream = await streamOf(link);
    expect((await read(stream, { method: 'HEAD' })).status).toBe(204);
    await vote('bob', file.request.id, 'deny');
    expect((await read(stream)).status).toBe(204);
    expect((await read(`${service.url}/review/${'A'.repeat(43)}/events`)).status).toBe(404);
  });

  it('says after a break only what came meanwhile', async () => {
    const file = aTeamFile();
    const link = await openedLink(service, servers, 'erin', file);
    const stream = await streamOf(link);
    await vote('bob', file.request.id, 'abstain');
    const late = new Listener();
    await late.open(stream);
    const again = new Listener();
    await again.open(stream, { 'last-event-id': '1' });
    await servers.waitUntil('both have heard', () => late.heard.length + again.heard.length === 2, WITHIN_MS);
    expect(late.heard[0]?.parts['news']).toContain('said abstain');
    expect(again.heard[0]?.parts['news']).toBe('');
    late.close();
    again.close();
  });

  it('shares what one link may hold with whoever else has it open', async () => {
    const link = await openedLink(service, servers, 'erin', aTeamFile());
    const stream = await streamOf(link);
    const listeners = Array.from({ length: STREAMS_PER_LINK }, () => new Listener());
    for (const listener of listeners) expect(await listener.open(stream)).toBe(200);
    const refused = await read(stream);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await read(link)).status).toBe(200);
    listeners[0]?.close();
    const next = new Listener();
    await servers.waitUntil('there is room again', async () => (await next.open(stream)) === 200, WITHIN_MS);
    for (const listener of [...listeners, next]) listener.close();
  });

  it('costs nothing once its reader has left, however early', async () => {
    const link = await openedLink(service, servers, 'erin', aTeamFile());
    const stream = await streamOf(link);
    const hasty = Array.from({ length: 30 }, (_, index) => {
      const listener = new Listener();
      const opened = listener.open(stream).catch(() => 0);
      setTimeout(() => listener.close(), index / 2);
      return opened;
    });
    await Promise.all(hasty);
    const listeners: Listener[] = [];
    for (let index = 0; index < STREAMS_PER_LINK; index += 1) {
      const listener = new Listener();
      listeners.push(listener);
      await servers.waitUntil('there is room', async () => (await listener.open(stream)) === 200, WITHIN_MS);
    }
    for (const listener of listeners) listener.close();
  });

  it('ends its stream when the service stops', async () => {
    const erin = await listen(await openedLink(service, servers, 'erin', aTeamFile()));
    await service.stop();
    await servers.waitUntil('the stream ends', () => erin.ended, WITHIN_MS);
    await service.start();
  });
});
