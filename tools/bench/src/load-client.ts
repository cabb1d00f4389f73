import { Pool } from 'undici';
import { type LoadTarget } from './load-messages.js';
import { environmentOf } from './bench-policy.js';

/** An approval as the event stream tells of it. */
export interface OpenedApproval {
  readonly requestId: string;
}

/** An answer of the system: its status and its JSON. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A request body of about 900 bytes, as a deployment pipeline would send. */
export const requestBody = (action: string, environment: string, serial: number): string =>
  JSON.stringify({
    action,
    environment,
    riskLevel: action === 'deploy_ci' ? 'low' : 'high',
    target: { service: 'checkout', region: 'eu-west', cluster: 'eu-west-7', namespace: 'shop' },
    parameters: {
      image: 'registry.example.test/shop/checkout',
      version: `2026.11.${serial}`,
      strategy: { kind: 'canary', steps: [5, 25, 50, 100], pauseSeconds: 120 },
      changes: Array.from(
        { length: 6 },
        (_, index) => `SHOP-${serial + index}: an entry of the change log of this version`,
      ),
      rollback: { automatic: true, version: `2026.11.${serial - 1}`, errorRatePercent: 2 },
    },
    reason: `Release ${serial} of checkout: price rounding fix, currency table of November, smaller image`,
  });

const JSON_TYPE = { 'content-type': 'application/json' };

/** The producers' and the approvers' side of the HTTP interfaces, with kept connections. */
export class LoadClient {
  readonly #intake: Pool;
  readonly #notifier: Pool;
  readonly #streams: Pool;

  constructor(
    private readonly target: LoadTarget,
    connections: number,
  ) {
    this.#intake = new Pool(target.intakeUrl, {
      connections: connections * 2,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#notifier = new Pool(target.notifierUrl, { connections });
    this.#streams = new Pool(target.notifierUrl, { headersTimeout: 0, bodyTimeout: 0 });
  }

  /** @param wait how long the answer may be held until the status is final, in seconds */
  async submit(action: string, decider: number, serial: number, wait?: number): Promise<Answer> {
    const { statusCode, body } = await this.#intake.request({
      method: 'POST',
      path: '/v1/requests',
      headers: {
        ...JSON_TYPE,
        authorization: `Bearer ${this.target.producerKey}`,
        ...(wait === undefined ? {} : { prefer: `wait=${wait}` }),
      },
      body: requestBody(action, environmentOf(decider), serial),
    });
    return { status: statusCode, body: (await body.json()) as Record<string, unknown> };
  }

  /** Holds until the request's status is final. */
  async final(requestId: string): Promise<Answer> {
    for (;;) {
      const { statusCode, body } = await this.#intake.request({
        method: 'GET',
        path: `/v1/requests/${requestId}`,
        headers: { authorization: `Bearer ${this.target.producerKey}`, prefer: 'wait=30' },
      });
      const document = (await body.json()) as Record<string, unknown>;
      if (statusCode !== 200 || document['status'] !== 'pending')
        return { status: statusCode, body: document };
    }
  }

  async vote(requestId: string, decider: number): Promise<Answer> {
    const { statusCode, body } = await this.#notifier.request({
      method: 'POST',
      path: `/v1/approvals/${requestId}/votes`,
      headers: { ...JSON_TYPE, authorization: `Bearer ${this.target.deciderTokens[decider] ?? ''}` },
      body: '{"verdict":"approve","reason":"looks right"}',
    });
    return { status: statusCode, body: (await body.json()) as Record<string, unknown> };
  }

  /** Follows a decider's event stream; returns once it is open. */
  async follow(decider: number, onOpened: (approval: OpenedApproval) => void): Promise<void> {
    const { statusCode, body } = await this.#streams.request({
      method: 'GET',
      path: '/v1/approvals/events',
      headers: {
        authorization: `Bearer ${this.target.deciderTokens[decider] ?? ''}`,
        accept: 'text/event-stream',
      },
    });
    if (statusCode !== 200) throw new Error(`the event stream answered ${statusCode}: ${await body.text()}`);
    body.setEncoding('utf8');
    let text = '';
    body.on('data', (chunk: string) => {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        if (!event.includes('event: opened')) continue;
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) onOpened(JSON.parse(data) as OpenedApproval);
      }
    });
    body.on('error', () => undefined);
  }

  async close(): Promise<void> {
    await Promise.all([this.#intake.destroy(), this.#notifier.destroy(), this.#streams.destroy()]);
  }
}
