import { existsSync } from 'node:fs';
import type axe from 'axe-core';
import { type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Whether there is a browser to test in; says so where there is none. */
export function hasBrowser(what: string): boolean {
  if (existsSync(CHROMIUM)) return true;
  process.stderr.write(
    `\nNOT TESTED: ${what} in a browser, as there is no ${CHROMIUM} (apt-get install chromium)\n\n`,
  );
  return false;
}

/** A real Chromium, on the narrowest window that pages have to fit. */
export class RealBrowser {
  private constructor(private readonly browser: Browser) {}

  static async launch(): Promise<RealBrowser> {
    // Loaded here, so that specs without a browser do not wait for it.
    const { chromium } = await import('playwright-core');
    return new RealBrowser(
      await chromium.launch({
        executablePath: CHROMIUM,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      }),
    );
  }

  /** A tab of a person who has nothing else open. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<OpenTab> {
    const context = await this.browser.newContext({ viewport: { width: 320, height: 640 }, ...options });
    const tab = new OpenTab(await context.newPage(), new URL(url).origin);
    await tab.page.goto(url);
    return tab;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** A page that remembers what went wrong in it. */
export class OpenTab {
  readonly faults: string[] = [];

  constructor(
    readonly page: Page,
    origin: string,
  ) {
    page.on('console', (message) => {
      // A refusal's status is told as an error; whether it is the right one is for the spec to say.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
        this.faults.push(message.text());
    });
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== origin) this.faults.push(`asks ${request.url()}`);
    });
  }

  get text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  /**
   * What is wrong with the page for people who cannot see, or use no mouse (WCAG 2.2 AA, by axe), in light and in
   * dark; whether it is wider than its window; and what went wrong in it.
   */
  async wrongs(): Promise<string[]> {
    const found: string[] = [];
    // Evaluated, not loaded: the content security policy of the pages lets no foreign script in.
    const { default: checks } = await import('axe-core');
    await this.page.evaluate(checks.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme });
      // Only colours differ in the dark.
      const rules = colorScheme === 'light' ? '' : `{ runOnly: ['color-contrast'] }`;
      const { violations } = await this.page.evaluate<axe.AxeResults>(`axe.run(${rules})`);
      found.push(
        ...violations.map(
          ({ id, nodes }) => `${colorScheme}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`,
        ),
      );
    }
    const wider = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    return [...found, ...(wider > 0 ? [`wider than its window by ${wider} px`] : []), ...this.faults];
  }

  /** Submits by a click, and waits for what comes. */
  async submit(): Promise<void> {
    await Promise.all([
      this.page.waitForNavigation(),
      this.page.locator('form[action$="/decision"] button').click(),
    ]);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
