import { type FastifyReply } from 'fastify';
import { PAGE_HEADERS, SCRIPTED_PAGE_HEADERS } from './page-headers.js';
import { type Page } from './page-frame.js';

/** Answers a page with the headers of all pages, and further ones if need be. */
export async function sendPage(
  reply: FastifyReply,
  status: number,
  page: Page,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  await reply
    .code(status)
    .headers({ ...(page.scripted ? SCRIPTED_PAGE_HEADERS : PAGE_HEADERS), ...more })
    .send(page.html);
}

/** Leads the browser on to another page of this service, which it reads by GET (303). */
export async function sendOn(
  reply: FastifyReply,
  path: string,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  await reply
    .code(303)
    .headers({ ...PAGE_HEADERS, location: path, ...more })
    .send();
}
