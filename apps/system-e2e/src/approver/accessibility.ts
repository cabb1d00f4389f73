import axe from 'axe-core';
import { type Page } from 'playwright-core';

/**
 * What is wrong with a page for people who cannot see, or use no mouse (WCAG 2.2 AA, by axe), each with where; and
 * whether it is wider than its window.
 */
export async function violationsOf(page: Page): Promise<string[]> {
  // Evaluated, not loaded: the content security policy of the pages lets no foreign script in.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  return [
    ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    ...(wider > 0 ? [`wider than its window by ${wider} px`] : []),
  ];
}
