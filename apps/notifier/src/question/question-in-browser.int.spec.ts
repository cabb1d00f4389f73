import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { openedLink } from '../testing/page-reader.js';
import { hasBrowser, type OpenTab, RealBrowser } from '@tollgate/servers';
import { aFile, aStep } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';

const WITHIN_MS = 20_000;

jest.setTimeout(120_000);

let service: TestService;
let browser: RealBrowser;

async function opened(): Promise<{ readonly id: string; readonly link: string }> {
  const file = aFile({ plan: [aStep(['erin', 'bob'], { pauseForAnswer: 'PT2H' })] });
  return { id: file.request.id, link: await openedLink(service, servers, 'erin', file) };
}
async function ask({ page }: OpenTab, question: string): Promise<void> {
  await page.locator('details.ask summary').click();
  await page.locator('textarea[name=question]').fill(question);
  await Promise.all([page.waitForNavigation(), page.locator('form[action$="/questions"] button').click()]);
}
async function answerLinkOf(id: string, number = 1): Promise<string> {
  const mail = () =>
    service.inbox
      .to('alice@example.test')
      .find(({ messageId }) => messageId.startsWith(`<${id}.0.question-${number}.`));
  await servers.waitUntil('the question arrives', () => mail() !== undefined, WITHIN_MS);
  return /https?:\/\/\S+\/answer\/\S+/.exec(mail()?.text ?? '')?.[0] ?? '';
}
const answersOf = (id: string) => service.rows(`SELECT text FROM question_answer WHERE request_id = '${id}'`);

(hasBrowser('questions') ? describe : describe.skip)('questions in a real browser', () => {
  beforeAll(async () => {
    service = await TestService.prepare('question_browser', servers);
    await service.start({ MAILS_PER_PERSON_PER_HOUR: '0' });
    browser = await RealBrowser.launch();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.drop();
  });

  it.each([true, false])(
    'are asked and answered by everybody, with scripts: %s',
    async (javaScriptEnabled) => {
      const { id, link } = await opened();
      const tab = await browser.open(link, { javaScriptEnabled });
      await ask(tab, `Is ${'x'.repeat(300)} \u202E rehearsed?\nWhen?`);
      expect(await tab.text).toContain('⟦U+202E⟧ rehearsed?\nWhen?');
      expect(await tab.text).toContain('Name of alice (alice) has not answered yet.');
      const answer = await browser.open(await answerLinkOf(id), { javaScriptEnabled });
      expect(await answer.text).toContain('You are asked a question');
      if (javaScriptEnabled) {
        await tab.page.locator('details.ask summary').click();
        expect(await tab.wrongs()).toEqual([]);
        expect(await answer.wrongs()).toEqual([]);
      }
      await answer.page.locator('textarea').fill('On Tuesday.');
      await Promise.all([answer.page.waitForNavigation(), answer.page.locator('form button').click()]);
      expect(await answer.text).toContain('The question is answered');
      if (javaScriptEnabled) {
        expect(await answer.wrongs()).toEqual([]);
        // The open page hears of it, and its clock goes on.
        await tab.page.locator('[data-part=questions]', { hasText: 'On Tuesday.' }).waitFor();
        expect(await tab.text).not.toContain('The clock stands');
        expect(await tab.wrongs()).toEqual([]);
      }
      expect([...tab.faults, ...answer.faults]).toEqual([]);
      expect(await answersOf(id)).toEqual([{ text: 'On Tuesday.' }]);
      await tab.close();
      await answer.close();
    },
  );

  it('say what is wrong with one, keep what was written, and are sent once by a double click', async () => {
    const { id, link } = await opened();
    const tab = await browser.open(link);
    const { page } = tab;
    await ask(tab, '\u200B');
    expect(await tab.text).toContain('The question must say something. Nothing was sent.');
    expect(await page.locator('details.ask').getAttribute('open')).not.toBeNull();
    expect(await tab.wrongs()).toEqual([]);
    await page.goto(link);
    await page.locator('details.ask summary').click();
    await page.locator('textarea[name=question]').fill('Why?');
    // The second click gives up the navigation of the first.
    await page.locator('form[action$="/questions"] button').dblclick({ noWaitAfter: true });
    await page.getByText('Why?').first().waitFor();
    await page.goBack();
    await page.reload();
    expect(await tab.text).toContain('Why?');
    expect(await service.rows(`SELECT text FROM question WHERE request_id = '${id}'`)).toEqual([
      { text: 'Why?' },
    ]);
    await tab.close();
  });

  it('are answered by no machine that follows, runs and submits everything', async () => {
    const { id, link } = await opened();
    await ask(await browser.open(link), 'Why?');
    const answerLink = await answerLinkOf(id);
    for (const submit of [
      () => [...document.forms].forEach((form) => setTimeout(() => form.submit())),
      () => [...document.forms].forEach((form) => form.requestSubmit()),
      () => document.querySelectorAll('button').forEach((button) => button.click()),
    ]) {
      const tab = await browser.open(answerLink);
      await tab.page.evaluate(submit);
      await tab.page.waitForLoadState('networkidle').catch(() => undefined);
      await tab.page.goto(answerLink);
      expect(await tab.text).toContain('You are asked a question');
      await tab.close();
    }
    expect(await answersOf(id)).toEqual([]);
  });
});
