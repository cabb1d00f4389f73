import { type Page } from 'playwright-core';

/**
 * Signs in on a page that asks for it, and is back on it afterwards.
 * @param person by id, as the provider of the stack knows them
 */
export async function signInWhereAsked(page: Page, person: string): Promise<void> {
  const button = page.locator('a.button[href^="/sign-in?"]');
  if ((await button.count()) === 0) return;
  const back = page.url();
  await button.click();
  await page.waitForURL((url) => url.pathname.startsWith('/interaction/') || url.href === back);
  if (page.url() !== back) {
    await page.locator(`button[name=subject][value=${person}]`).click();
    await page.waitForURL(back);
  }
}
