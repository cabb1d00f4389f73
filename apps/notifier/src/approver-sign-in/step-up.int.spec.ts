import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Route } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { aFile, routed } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;

beforeAll(async () => {
  service = await TestService.prepare('step_up', servers);
  await service.start({ SIGN_IN_RECENT: 'PT30M' });
});
afterAll(() => service?.drop());

async function asked(signIn: Route['signIn']): Promise<string> {
  const file = aFile({ signIn });
  await service.send('route.resolved', routed(file));
  await servers.waitUntil(
    'it is open',
    async () => (await service.pendingOnRecord()).includes(file.request.id),
    WITHIN_MS,
  );
  return file.request.id;
}

async function vote(id: string, claims: Record<string, unknown> = {}): Promise<Response> {
  return fetch(`${service.url}/v1/approvals/${id}/votes`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await service.issuer.token('erin', claims)}`,
    },
    body: JSON.stringify({ verdict: 'approve' }),
  });
}

const minutesAgo = (minutes: number): number => Math.floor(Date.now() / 1000) - minutes * 60;

describe('votes over the API where the policy asks for a sign-in', () => {
  it('ask for a recent one by RFC 9470, keep the vote, and count the next', async () => {
    const id = await asked('signed-in');
    const refused = await vote(id, { auth_time: minutesAgo(31) });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", max_age=1800',
    );
    expect(await refused.json()).toMatchObject({
      detail: expect.stringContaining('recent sign-in'),
      counted: false,
    });
    expect(await service.votesOnRecord(id)).toBe(1);
    expect((await vote(id, { auth_time: minutesAgo(29) })).status).toBe(200);
  });

  it('take the time at which the token was made out where it says no other', async () => {
    expect((await vote(await asked('signed-in'), { iat: minutesAgo(31) })).status).toBe(403);
    expect((await vote(await asked('signed-in'))).status).toBe(200);
  });

  it('ask for a passkey, and take the acr of one', async () => {
    const id = await asked('passkey');
    const refused = await vote(id);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="phr phrh"',
    );
    expect(
      (await vote(id, { acr: 'phr', auth_time: minutesAgo(31) })).headers.get('www-authenticate'),
    ).toContain('max_age=1800');
    expect((await vote(id, { acr: 'phr' })).status).toBe(200);
  });

  it('are the only way where no provider for browsers was set; pages say so', async () => {
    const page = await fetch(`${service.url}/sign-in`);
    expect(page.status).toBe(404);
    expect(await page.text()).toContain('There is no sign-in here');
  });

  it('are listed with the sign-in that they need', async () => {
    const id = await asked('passkey');
    const answer = await fetch(`${service.url}/v1/approvals?limit=200`, {
      headers: { authorization: `Bearer ${await service.issuer.token('erin')}` },
    });
    const { items }: { items: { requestId: string; signIn: string }[] } = await answer.json();
    expect(items.find(({ requestId }) => requestId === id)).toMatchObject({ signIn: 'passkey' });
  });
});
