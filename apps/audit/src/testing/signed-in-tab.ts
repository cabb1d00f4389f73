import { type OpenTab, type RealBrowser } from '@tollgate/servers';
import { READER_KEY } from './test-service.js';

/** A tab in which the reader of the spec is signed in, at a path of the explorer. */
export async function signedInTab(
  browser: RealBrowser,
  origin: string,
  path: string,
  options: Parameters<RealBrowser['open']>[1] = {},
): Promise<OpenTab> {
  const tab = await browser.open(`${origin}/sign-in?to=${encodeURIComponent(path)}`, options);
  await tab.page.fill('#key', READER_KEY);
  await Promise.all([tab.page.waitForNavigation(), tab.page.keyboard.press('Enter')]);
  return tab;
}
