import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { BROWSER, formOf, openedLink, post, read, type ReadPage } from '../testing/page-reader.js';
import { aFile, aStep } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';
import { ADDRESS_FACTOR } from './request-limits.js';

jest.setTimeout(60_000);

const PER_MINUTE = 5;

let service: TestService;
let address = 0;
/** An address that nobody has called from before. */
const newAddress = (): string => `192.0.2.${(address += 1)}`;

beforeAll(async () => {
  service = await TestService.prepare('limits', servers);
  await service.start({
    MAILS_PER_PERSON_PER_HOUR: '0',
    PAGES_PER_MINUTE: String(PER_MINUTE),
    VOTES_PER_MINUTE: String(PER_MINUTE),
    TRUSTED_PROXIES: 'loopback',
  });
});
afterAll(() => service.drop());

const linkTo = (person: string, file: ReturnType<typeof aFile>): Promise<string> =>
  openedLink(service, servers, person, file);
const readFrom = (from: string, link: string): Promise<ReadPage> =>
  read(link, { headers: { 'x-forwarded-for': from } });
/** How many of so many calls, one after the other, were let through; and the answers that were not. */
async function passing(count: number, call: () => Promise<ReadPage>): Promise<[number, ReadPage[]]> {
  const answers: ReadPage[] = [];
  for (let index = 0; index < count; index += 1) answers.push(await call());
  const refused = answers.filter(({ status }) => status === 429);
  return [count - refused.length, refused];
}

describe('given limits, and proxies that are trusted', () => {
  it('when a person asks for too many pages, then they get a page that says so, wherever they are', async () => {
    const link = await linkTo('bob', aFile({ plan: [aStep(['bob'])] }));
    const [passed, refused] = await passing(PER_MINUTE + 3, () => readFrom(newAddress(), link));
    expect([passed, refused.length]).toEqual([PER_MINUTE, 3]);
    expect(refused[0]?.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused[0]?.text).toMatch(/So many pages were asked for .* Try again in \d+ seconds/);
  });

  it('when an address tries out links, then it is stopped, and others are not', async () => {
    const from = newAddress();
    const [passed] = await passing(PER_MINUTE * ADDRESS_FACTOR + 5, () =>
      readFrom(from, `${service.url}/review/${'A'.repeat(43)}`),
    );
    expect(passed).toBe(PER_MINUTE * ADDRESS_FACTOR);
    const link = await linkTo('carol', aFile({ plan: [aStep(['carol'])] }));
    expect((await readFrom(from, link)).status).toBe(429);
    expect((await readFrom(newAddress(), link)).status).toBe(200);
  });

  it('when an address begins one sign-in after the other, then it is stopped with a page', async () => {
    const from = newAddress();
    const [passed, refused] = await passing(PER_MINUTE * ADDRESS_FACTOR + 1, () =>
      readFrom(from, `${service.url}/sign-in?to=/inbox`),
    );
    expect(passed).toBe(PER_MINUTE * ADDRESS_FACTOR);
    expect(refused[0]?.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  it('when a person votes too often, then no path takes it, and nothing is on record of what was refused', async () => {
    const file = aFile({ plan: [aStep(['dave', 'erin'])] });
    const link = await linkTo('dave', file);
    const form = formOf(await readFrom(newAddress(), link), { verdict: 'abstain' });
    const page = (): Promise<ReadPage> => post(link, form, { ...BROWSER, 'x-forwarded-for': newAddress() });
    const [passed, refused] = await passing(PER_MINUTE + 1, page);
    expect([passed, refused[0]?.text]).toEqual([
      PER_MINUTE,
      expect.stringContaining('nothing was decided by it'),
    ]);
    const token = await service.issuer.token('dave');
    const answer = await read(`${service.url}/v1/approvals/${file.request.id}/votes`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-forwarded-for': newAddress(),
      },
      body: '{"verdict":"deny"}',
    });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.parse(answer.text)).toMatchObject({
      type: 'https://tollgate.dev/problems/too-many-requests',
    });
    expect(await service.votesOnRecord(file.request.id)).toBe(1);
    const metric = await service.registry.getSingleMetric('tollgate_rate_limited_total')?.get();
    expect(metric?.values.find(({ labels }) => labels['what'] === 'votes')).toMatchObject({
      labels: { by: 'person' },
      value: 2,
    });
  });
});

describe('given no trusted proxy', () => {
  it('when a caller makes its address up, then that is not believed', async () => {
    await service.stop();
    await service.start({ PAGES_PER_MINUTE: '1' });
    const [passed] = await passing(ADDRESS_FACTOR + 2, () =>
      readFrom(newAddress(), `${service.url}/review/${'A'.repeat(43)}`),
    );
    expect(passed).toBe(ADDRESS_FACTOR);
  });

  it('when limits are off, then everything goes through', async () => {
    await service.stop();
    await service.start({ PAGES_PER_MINUTE: '0', VOTES_PER_MINUTE: '0' });
    const [passed] = await passing(50, () => read(`${service.url}/review/${'A'.repeat(43)}`));
    expect(passed).toBe(50);
  });
});
