import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { aFile, aStep, withdrawn } from '../testing/routes.js';
import { formOf, linkOf, openedLink, post, read } from '../testing/page-reader.js';
import { TestService } from '../testing/test-service.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;
let votesCast: TopicEvent<'vote.cast'>[];

beforeAll(async () => {
  service = await TestService.prepare('faults', servers);
  await service.start({ MAILS_PER_PERSON_PER_HOUR: '0' });
  votesCast = await service.listen('vote.cast');
});
afterAll(() => service.drop());

const linkTo = (person: string, file: ReturnType<typeof aFile>): Promise<string> =>
  openedLink(service, servers, person, file);
/** Two of three decide, so that a request stays open after a vote. */
const aTeamFile = (): ReturnType<typeof aFile> =>
  aFile({
    plan: [aStep(['erin', 'bob', 'carol'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } })],
  });
const votesOf = (id: string) => service.rows(`SELECT * FROM vote WHERE request_id = '${id}' ORDER BY number`);
const refused = async (why: string): Promise<number> => {
  const metric = await service.registry.getSingleMetric('tollgate_page_refusals_total')?.get();
  return metric?.values.find(({ labels }) => labels['why'] === why)?.value ?? 0;
};

describe('given a page view', () => {
  it('when its form is sent twice at once, then it is one vote, and both are told so', async () => {
    const file = aTeamFile();
    const link = await linkTo('erin', file);
    const form = formOf(await read(link), { verdict: 'approve' });
    const answers = await Promise.all([post(link, form), post(link, form), post(link, form)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await votesOf(file.request.id)).toMatchObject([{ verdict: 'approve', counted: true }]);
  });

  it('when it is sent again with something else, then that is on record, does not count, and the page asks to look again', async () => {
    const file = aTeamFile();
    const link = await linkTo('erin', file);
    const page = await read(link);
    const before = await refused('used-page');
    await post(link, formOf(page, { verdict: 'approve' }));
    const again = await post(link, formOf(page, { verdict: 'deny', reason: 'on second thoughts' }));
    expect(again.status).toBe(409);
    expect(again.text).toContain('This page was used already for another vote, and that one stands.');
    expect(again.text).toContain('on second thoughts</textarea>');
    expect(again.text).toContain('You said <strong>approve</strong>');
    expect(await votesOf(file.request.id)).toMatchObject([
      { verdict: 'approve', counted: true },
      { verdict: 'deny', counted: false, why: 'The page it was cast from had been used for another vote.' },
    ]);
    expect(await refused('used-page')).toBe(before + 1);
    await servers.waitUntil(
      'both are published',
      () => votesCast.filter(({ subject }) => subject === file.request.id).length === 2,
      WITHIN_MS,
    );
    // What it answered is a page to decide on.
    expect((await post(link, formOf(again, { verdict: 'deny' }))).status).toBe(303);
    expect((await votesOf(file.request.id)).at(-1)).toMatchObject({ verdict: 'deny', counted: true });
  });

  it('when two tabs say different things, then the last one counts, and neither twice', async () => {
    const file = aTeamFile();
    const link = await linkTo('erin', file);
    const [one, two] = [await read(link), await read(link)];
    expect(formOf(one)['view']).not.toBe(formOf(two)['view']);
    await post(link, formOf(one, { verdict: 'approve' }));
    await post(link, formOf(two, { verdict: 'abstain' }));
    // A reload of the first tab's answer.
    expect((await post(link, formOf(one, { verdict: 'approve' }))).status).toBe(303);
    expect((await read(link)).text).toContain('You said <strong>abstain</strong>');
    expect(await votesOf(file.request.id)).toHaveLength(2);
    const bob = await linkOf(service, servers, 'bob', file.request.id);
    await post(bob, formOf(await read(bob), { verdict: 'approve' }));
    const carol = await linkOf(service, servers, 'carol', file.request.id);
    await post(carol, formOf(await read(carol), { verdict: 'approve' }));
    expect((await read(link)).text).toContain('Decided: approved');
  });

  it('when it is of another link, or another request, then nothing is decided by it', async () => {
    const [first, second] = [aTeamFile(), aTeamFile()];
    const link = await linkTo('erin', first);
    const others = [await linkOf(service, servers, 'bob', first.request.id), await linkTo('erin', second)];
    const before = await refused('stale-page');
    for (const other of others) {
      const form = formOf(await read(link), { view: formOf(await read(other))['view'] ?? '' });
      expect((await post(link, { ...form, verdict: 'approve' })).status).toBe(409);
    }
    expect(await votesOf(first.request.id)).toEqual([]);
    expect(await refused('stale-page')).toBe(before + 2);
  });

  it('when the request moved on to its next step, then the page asks anew and keeps what was written', async () => {
    const file = aFile({
      plan: [aStep(['erin'], { onSilence: 'next', timeout: 'PT3S' }), aStep(['erin', 'carol'])],
    });
    const link = await linkTo('erin', file);
    const page = await read(link);
    await linkOf(service, servers, 'carol', file.request.id);
    const answer = await post(link, formOf(page, { verdict: 'approve', reason: 'as I said' }));
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Meanwhile the request moved on to its next step, and you are asked anew.');
    expect(answer.text).toContain('as I said</textarea>');
    expect(await votesOf(file.request.id)).toMatchObject([
      { counted: false, why: 'It was meant for a step that is over.' },
    ]);
    expect((await post(link, formOf(answer, { verdict: 'approve' }))).status).toBe(303);
    expect((await read(link)).text).toContain('Decided: approved');
  });
});

describe('given a link', () => {
  it('when it is altered or made up, then that is counted, and the page says what to do', async () => {
    const before = await refused('unknown-link');
    const page = await read(`${service.url}/review/${'B'.repeat(43)}`);
    expect(page).toMatchObject({ status: 404, text: expect.stringContaining('This link does not work') });
    expect(await refused('unknown-link')).toBe(before + 1);
  });

  it.each([
    ['decided', 'Decided: denied'],
    ['withdrawn', 'Decided: cancelled'],
  ])('when its request is %s, then it shows that and decides nothing any more', async (how, title) => {
    const file = aTeamFile();
    const link = await linkTo('erin', file);
    const page = await read(link);
    if (how === 'withdrawn') await service.send('request.withdrawn', withdrawn(file.request.id));
    else {
      const bob = await linkOf(service, servers, 'bob', file.request.id);
      await post(bob, formOf(await read(bob), { verdict: 'deny', reason: 'not now' }));
    }
    await servers.waitUntil('it is closed', async () => (await read(link)).text.includes(title), WITHIN_MS);
    const late = await post(link, formOf(page, { verdict: 'approve', reason: 'but I want it' }));
    expect(late.status).toBe(409);
    expect(late.text).toContain('Your decision came too late and does not count.');
    expect(late.text).toContain(title);
    const after = await read(link);
    expect(after.text).not.toContain('<form');
    expect(after.text).toContain('but I want it');
    expect(after.text).toContain('It came after the decision.');
    expect((await votesOf(file.request.id)).at(-1)).toMatchObject({ person: 'erin', counted: false });
    expect(after.text).toContain(file.request.contentHash);
  });
});

describe('whoever decides', () => {
  it('can abstain, and change it until the decision', async () => {
    const file = aFile({ plan: [aStep(['erin', 'bob'])] });
    const link = await linkTo('erin', file);
    expect((await post(link, formOf(await read(link), { verdict: 'abstain' }))).status).toBe(303);
    const page = await read(link);
    expect(page.text).toContain('You said <strong>abstain</strong>');
    expect((await post(link, formOf(page, { verdict: 'approve' }))).status).toBe(303);
    expect((await read(link)).text).toContain('Decided: approved');
  });

  it('is led back to the page from the address of its form', async () => {
    const link = await linkTo('erin', aFile());
    const back = await read(`${link}/decision`);
    expect([back.status, new URL(back.headers.get('location') ?? '', link).href]).toEqual([303, link]);
  });
});
