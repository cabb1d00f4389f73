import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { isFinalStatus, type RequestStatusDocument } from '@tollgate/contracts';

import { FakePolicy } from './fake-policy.js';

/** A call that the fake took. */
export interface TakenCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** An intake that keeps one request in memory and behaves as the real one does towards the command line. */
export interface FakeIntake {
  readonly url: string;
  readonly calls: readonly TakenCall[];
  /** The policy that rules there. */
  readonly policy: FakePolicy;
  /** Changes the request, and answers whoever waits if it is final now. */
  change(changes: Partial<RequestStatusDocument>): void;
  /** The next calls are refused with this problem, or the connection is cut where there is none. */
  refuse(problem: { status: number; [name: string]: unknown } | 'cut', times?: number): void;
  /** Ends every wait: with the request as it is, or by cutting the connection. */
  endWaits(how: 'answer' | 'cut'): void;
  /** Called when somebody waits for the request to be final. */
  onHeld: () => void;
  stop(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
};

/** Starts it on a free port. */
export async function startFakeIntake(initial: RequestStatusDocument): Promise<FakeIntake> {
  let document = initial;
  const calls: TakenCall[] = [];
  const policy = new FakePolicy();
  const held = new Set<ServerResponse>();
  const refusals: ({ status: number } | 'cut')[] = [];
  const answer = (response: ServerResponse, status = 200, body: unknown = document): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => {
    void (async () => {
      const call = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: await bodyOf(request),
      };
      calls.push(call);
      const refusal = refusals.shift();
      if (refusal === 'cut') {
        request.socket.destroy();
        return;
      }
      if (refusal !== undefined) {
        answer(response, refusal.status, refusal);
        return;
      }
      const ofPolicy = policy.answer(call.method, call.path, call.body);
      if (ofPolicy !== undefined) {
        answer(response, ofPolicy.status, ofPolicy.body);
        return;
      }
      if (call.path.endsWith('/withdraw')) document = { ...document, status: 'cancelled' };
      const waits = call.method === 'GET' && call.headers.prefer !== undefined;
      if (!waits || isFinalStatus(document.status)) {
        answer(response, call.method === 'POST' ? 202 : 200);
        return;
      }
      held.add(response);
      fake.onHeld();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const fake: FakeIntake = {
    url: `http://127.0.0.1:${port}`,
    calls,
    policy,
    onHeld: () => undefined,
    change: (changes) => {
      document = { ...document, ...changes };
      if (!isFinalStatus(document.status)) return;
      for (const response of held) answer(response);
      held.clear();
    },
    refuse: (problem, times = 1) => {
      for (let time = 0; time < times; time += 1) refusals.push(problem);
    },
    endWaits: (how) => {
      for (const response of held) {
        if (how === 'answer') answer(response);
        else response.socket?.destroy();
      }
      held.clear();
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}
