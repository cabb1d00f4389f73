import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as servers from '@tollgate/servers';
import { formOf, openedLink, post, read } from '../testing/page-reader.js';
import { HookReceiver } from '../testing/hook-receiver.js';
import { aFile } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;
let receiver: HookReceiver;
let folder: string;

beforeAll(async () => {
  service = await TestService.prepare('webhook_service', servers);
  receiver = new HookReceiver(await servers.freePort());
  await receiver.open();
  folder = await mkdtemp(join(tmpdir(), 'webhook-'));
  await writeFile(join(folder, 'secret'), `${HookReceiver.SECRET}\n`);
});
afterEach(() => service.stop());
afterAll(async () => {
  await receiver?.close();
  await service?.drop();
  await rm(folder, { recursive: true, force: true });
});

const settings = (more: Record<string, string> = {}): Record<string, string> => ({
  MAILS_PER_PERSON_PER_HOUR: '0',
  APPROVAL_WEBHOOK_URL: receiver.url,
  APPROVAL_WEBHOOK_SECRET_FILE: join(folder, 'secret'),
  APPROVAL_WEBHOOK_PRIVATE: 'true',
  ...more,
});
const toldOf = (id: string) => receiver.about(id).map(({ type }) => type);

describe('the notifier with a webhook', () => {
  it('tells it in time when approvals open and close, and nothing again after a restart', async () => {
    await service.start(settings());
    const file = aFile();
    const { id } = file.request;
    const link = await openedLink(service, servers, 'erin', file);
    await servers.waitUntil('it is told', () => toldOf(id).length === 1, WITHIN_MS);
    await post(link, formOf(await read(link), { verdict: 'approve' }));
    await servers.waitUntil('it is told again', () => toldOf(id).length === 2, WITHIN_MS);
    expect(toldOf(id)).toEqual(['approval.opened', 'approval.closed']);
    expect(receiver.about(id)[1]?.data).toMatchObject({ decision: { outcome: 'approved' } });
    const token = new URL(link).pathname.split('/').at(-1) ?? '';
    for (const { text } of receiver.about(id)) expect(text).not.toContain(token);

    const before = receiver.arrived.length;
    await service.stop();
    await service.start(settings());
    const next = aFile();
    await openedLink(service, servers, 'erin', next);
    await servers.waitUntil('the next is told', () => toldOf(next.request.id).length === 1, WITHIN_MS);
    expect(receiver.arrived.length).toBe(before + 1);
  });
});
